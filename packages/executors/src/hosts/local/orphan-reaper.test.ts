import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { createExecutors } from '../../executors.ts'
import { attempt, RecordingSink } from '../../testing/attempt.ts'
import { livingWith } from '../../testing/living.ts'
import { reapOrphans } from './orphan-reaper.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-test-'))
afterAll(() => rmSync(tempDir, { recursive: true, force: true }))

/** Runs tasks in another process and kills that with -9. */
async function crash(mark: string, containment: string): Promise<void> {
  const probe = fileURLToPath(new URL('../../testing/orphan-probe.ts', import.meta.url))
  const server = spawn(process.execPath, [probe, tempDir, mark, containment], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(server.stdout, 'data')
  server.kill('SIGKILL')
  await once(server, 'exit')
}

describe.each(['auto', 'group'])('after kill -9 of a server with containment %s', (containment) => {
  test('everything its tasks left is killed, and nothing of another instance', async () => {
    const mark = `reaped-${process.pid}-${containment}`
    const other = `spared-${process.pid}-${containment}`
    await Promise.all([crash(mark, containment), crash(other, containment)])
    expect(livingWith(`ROTA_INSTANCE_MARK=${mark}`).length).toBeGreaterThan(4)
    expect(await reapOrphans(mark)).toBeGreaterThan(4)
    expect(livingWith(`ROTA_INSTANCE_MARK=${mark}`)).toEqual([])
    expect(livingWith(`ROTA_INSTANCE_MARK=${other}`).length).toBeGreaterThan(4)
    await reapOrphans(other)
    expect(livingWith(`ROTA_INSTANCE_MARK=${other}`)).toEqual([])
  })
})

describe('reapOrphans', () => {
  test('finds nothing where nothing is left', async () => {
    expect(await reapOrphans('nobody-ever-had-this-mark')).toBe(0)
  })

  test('can spare the runs of this process', async () => {
    const instanceMark = `current-${process.pid}`
    const sink = new RecordingSink()
    const shell = createExecutors({ tempDir, instanceMark }).get('shell')!
    const run = shell.start(attempt({ command: 'echo ready; sleep 600' }), sink)
    await sink.seen(/ready/)
    expect(await reapOrphans(instanceMark, { exceptCurrent: true })).toBe(0)
    expect(await reapOrphans(instanceMark)).toBeGreaterThan(0)
    expect(await run.done).toMatchObject({ failure: 'exit_code', signal: 'SIGKILL' })
  })
})
