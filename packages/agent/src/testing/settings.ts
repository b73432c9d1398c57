import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AgentSettings } from '../settings.ts'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rota-agent-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function settingsFor(server: string, more: Partial<AgentSettings> = {}): AgentSettings {
  return {
    ...{ server, token: 'join-1', name: 'n1', dataDir: temporaryFolder(), pools: [], labels: {}, languages: [] },
    ...{ capabilities: {}, types: null, capacity: 4, weight: 1, handlersModule: null, graceMs: 5_000 },
    ...{ spoolBytes: 1_048_576, push: null, tls: {} },
    ...more,
  }
}
