import { constants } from 'node:os'
import { say } from '@rota/core'
import type { RunOutcome } from '../../executor.ts'
import { failed, succeeded } from '../../outcome.ts'

/** How the direct child ended, as the OS told it. */
export interface Exit {
  code: number | null
  /** Its name; `signal 34` where it has none. */
  signal: string | null
}

const SIGNAL_NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]))

/** What a shell means by codes above 125 (POSIX.1-2017, Shell Command Language, 2.8.2). */
function explainCode(code: number): string {
  if (code === 127) return say`Exit code 127: a command was not found. Check its spelling and the PATH of the task.`
  if (code === 126) {
    return say`Exit code 126: a command was found but could not be executed. Check its permissions and its #! line.`
  }
  const name = code > 128 ? SIGNAL_NAMES.get(code - 128) : undefined
  return name ? say`Exit code ${code}: a command inside was probably ended by ${name}.` : say`Exit code ${code}.`
}

/** Judges an attempt by its exit: code 0 is success, everything else is failure `exit_code` with an explanation. */
export function judgeExit(exit: Exit | null): RunOutcome {
  if (exit === null) return failed('exit_code', say`The program could not be ended; it is stuck in the kernel.`)
  const { code, signal } = exit
  if (code === 0) return succeeded(null, { exitCode: 0 })
  if (signal !== null) {
    const message =
      signal === 'SIGKILL'
        ? say`The program was ended by SIGKILL from outside, perhaps for lack of memory.`
        : say`The program was ended by ${signal}.`
    return failed('exit_code', message, { signal })
  }
  return failed('exit_code', explainCode(code ?? -1), { exitCode: code })
}
