import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@rota/core'

/** In the data directory: the boot of the machine during which a server was last started on it. */
export const BOOT_FILE = 'boot'
const LINUX_BOOT_ID = '/proc/sys/kernel/random/boot_id'
/** Where the system gives its boots no ids, they are told apart by their instants, which a clock that is set moves. */
const SAME_BOOT_MS = 120_000

export interface BootMark {
  /** No server was started on this data directory since the machine was booted. */
  readonly isFirstStart: boolean
  /** To be called once what runs at boot is durable; until then a further start counts as the first one again. */
  keep(): Promise<void>
}

/** Compares this boot of the machine with the one of the last start on `dataDir`. */
export async function readBootMark(dataDir: string, clock: Clock): Promise<BootMark> {
  const path = join(dataDir, BOOT_FILE)
  const current = bootId() ?? `at ${Math.round(clock.now() - uptime() * 1_000)}`
  const last = (await readFile(path, 'utf8').catch(() => '')).trim()
  return {
    isFirstStart: !isSame(last, current),
    keep: () => writeFile(path, `${current}\n`, { mode: 0o600 }),
  }
}

function bootId(): string | null {
  try {
    return readFileSync(LINUX_BOOT_ID, 'utf8').trim()
  } catch {
    return null
  }
}

function isSame(last: string, current: string): boolean {
  if (!last.startsWith('at ') || !current.startsWith('at ')) return last === current
  return Math.abs(Number(last.slice(3)) - Number(current.slice(3))) < SAME_BOOT_MS
}
