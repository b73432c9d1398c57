import type { FieldError } from '@rota/core'
import type { ProgramHost } from './program-host.ts'
import { savedWorkingDirProblem } from './working-dir.ts'
import type { WrittenSettings } from './written-settings.ts'

/** A working directory that the configuration lets no attempt enter, and a user that none can become. */
export function settingsOfProgram(
  { working_dir = null, run_as = null }: WrittenSettings,
  host: ProgramHost,
): FieldError[] {
  const { allowedWorkingDirs } = host.options
  const problems = {
    working_dir: working_dir === null ? null : savedWorkingDirProblem(working_dir, allowedWorkingDirs),
    run_as: run_as === null ? null : host.userProblem(run_as),
  }
  return Object.entries(problems).flatMap(([path, message]) => (message === null ? [] : [{ path, message }]))
}
