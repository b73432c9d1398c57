import type { Run, RunSink } from './executor.ts'
import type { CompiledOptions } from './options.ts'
import type { Program } from './program.ts'

/** Where programs run. The executors say what to run and know nothing of where; each folder of `hosts/` is one way. */
export interface ProgramHost {
  readonly options: CompiledOptions
  /** Why nothing can run as a user who is named, with what to do about it, or null. */
  userProblem(name: string): string | null
  /** Starts a program. Never throws: what goes wrong before the start is an outcome. */
  run(program: Program, sink: RunSink): Run
}
