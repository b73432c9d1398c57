import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const PRELOADED = '/usr/lib/*/faketime/libfaketimeMT.so.1'

/** The wall clock of one process and its threads, to be set while it runs. Its monotonic clock goes on as ever. */
export interface FakedClock {
  /** Variables for the process. */
  readonly env: Record<string, string>
  /** Sets the clock ahead of the machine's, or behind it. Seen by the process within a second. */
  set(offsetMs: number): void
}

/** A clock kept in a file of this name. Null when the machine has no libfaketime (Debian: `faketime`). */
export function fakeClock(file: string): FakedClock | null {
  const library = findLibrary()
  if (library === null) return null
  const set = (offsetMs: number) => writeFileSync(file, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1_000}\n`)
  set(0)
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    set,
  }
}

function findLibrary(): string | null {
  try {
    return execFileSync('/bin/sh', ['-c', `ls ${PRELOADED}`], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .split('\n')[0]!
  } catch {
    return null
  }
}
