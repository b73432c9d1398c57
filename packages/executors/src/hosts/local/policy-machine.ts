import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { type PolicyMachine, systemClock } from '@rota/core'
import { networkProblem } from '../../address-guard.ts'
import { DEFAULT_BASE_ENV } from '../../environment.ts'
import type { Executor } from '../../executor.ts'
import type { ExecutorOptions } from '../../options.ts'
import { findProgram } from './program-path.ts'
import { identityFor } from './run-as.ts'

type MachineOptions = Pick<ExecutorOptions, 'baseEnv' | 'runAs' | 'allowedUsers' | 'clock'>

/** How long it is taken for granted where a program is, and of how many. */
const LOCATED_MS = 4_000
const MOST_LOCATED = 1_000

/** What policies ask of this machine: where its programs and directories are, and who runs what on it. */
export function createPolicyMachine(
  executors: ReadonlyMap<string, Executor>,
  { baseEnv = DEFAULT_BASE_ENV, runAs, allowedUsers, clock = systemClock }: MachineOptions = {},
): PolicyMachine {
  function isOwnUser(wanted: string | null): boolean {
    const { ids } = identityFor(wanted, { runAs: runAs ?? null, allowedUsers: allowedUsers ?? null })
    return ids === null || ids.uid === process.getuid?.()
  }

  /** Looking through a path costs more than a short program, and each start asks for several. */
  const located = new Map<string, { path: string | null; until: number }>()

  function locate(program: string): string | null {
    const now = clock.monotonic()
    const known = located.get(program)
    if (known !== undefined && known.until > now) return known.path
    const path = locateProgram(program, baseEnv.PATH ?? '')
    located.delete(program)
    located.set(program, { path, until: now + LOCATED_MS })
    if (located.size > MOST_LOCATED) located.delete(located.keys().next().value!)
    return path
  }

  return {
    locate,
    interpreter(type, payload) {
      const name = executors.get(type)?.interpreter?.(payload) ?? null
      return name === null ? null : { name, path: locate(name) }
    },
    directory: realDirectory,
    isServerUser(wanted) {
      try {
        return isOwnUser(wanted)
      } catch {
        // Nobody can run as somebody that there is not; the start says so.
        return false
      }
    },
    hostProblem: (rules, host) => networkProblem(rules, host, null),
  }
}

/** A relative path depends on where somebody stands, and is nowhere. */
function locateProgram(program: string, path: string): string | null {
  if (program.includes('/') && !isAbsolute(program)) return null
  try {
    const found = findProgram(program, path, '/')
    // Of the directory alone: a link may choose by its name what a program of many names does.
    return join(realpathSync.native(dirname(found)), basename(found))
  } catch {
    return null
  }
}

/** Where a directory is or, as far as it is not there yet, will be. */
function realDirectory(path: string): string {
  try {
    // As it is written: `..` behind a link leads elsewhere than it looks.
    return realpathSync.native(path)
  } catch {
    // Not there yet.
  }
  const wanted = resolve('/', path)
  for (let known = wanted; ; known = dirname(known)) {
    try {
      return resolve(realpathSync.native(known), relative(known, wanted))
    } catch {
      if (known === '/') return wanted
    }
  }
}
