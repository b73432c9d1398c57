import { type Clock, systemClock } from '@rota/core'
import { runCli } from '../program.ts'
import type { Terminal } from '../terminal.ts'

/** It is always noon of one day. */
const NOON: Clock = { ...systemClock, now: () => Date.UTC(2026, 5, 1, 12) }

export interface RunResult {
  code: number
  out: string
  err: string
}

/** Runs a command line in this process, with a terminal of its own. `now` is 2026-06-01T12:00:00Z. */
export async function run(
  args: readonly string[],
  given: Partial<Terminal> & { stdin?: string } = {},
): Promise<RunResult> {
  const { stdin, ...terminal } = given
  const result: RunResult = { code: 0, out: '', err: '' }
  result.code = await runCli(args, {
    env: { HOME: '/nonexistent', ROTA_URL: 'http://rota.test', ROTA_TOKEN: 'rota_test', LANG: 'en_US.UTF-8' },
    cwd: '/nonexistent',
    out: (text) => {
      result.out += `${text}\n`
    },
    err: (text) => {
      result.err += `${text}\n`
    },
    errRaw: (text) => {
      result.err += text
    },
    errWidth: undefined,
    drained: async () => {},
    outIsTty: false,
    errIsTty: false,
    inIsTty: false,
    width: undefined,
    readStdin: async () => stdin ?? '',
    signal: new AbortController().signal,
    clock: NOON,
    fetch: async () => {
      throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
    },
    zone: 'UTC',
    ...terminal,
  })
  return result
}
