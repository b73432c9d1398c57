import { randomBytes } from 'node:crypto'
import { buildEnvironment } from './environment.ts'
import type { Run, RunRequest, RunSink } from './executor.ts'
import { GroupTree } from './group-tree.ts'
import type { CompiledOptions } from './options.ts'
import { endedRun, failed } from './outcome.ts'
import { ProcessRun } from './process-run.ts'
import { ScratchDir } from './scratch-dir.ts'

/** Distinguishes the runs of this process from those of every other. */
const PROCESS_NONCE = randomBytes(8).toString('hex')
let runCount = 0

/** What a program-running executor decides: which program, with which arguments, beside the usual environment. */
export interface Command {
  file: string
  args: string[]
  env?: Record<string, string>
}

/** Starts programs for the executors that run any: environment, working directory, user, process tree. */
export class ProgramHost {
  readonly options: CompiledOptions

  constructor(options: CompiledOptions) {
    this.options = options
  }

  /** Starts what `prepare` decides. The scratch directory exists only if asked for, and is removed at the end. */
  run(request: RunRequest, sink: RunSink, prepare: (scratch: ScratchDir) => Command): Run {
    const { options } = this
    const runMark = `${PROCESS_NONCE}-${++runCount}`
    const scratch = new ScratchDir(options.tempDir)
    try {
      options.ensureHome()
      const command = prepare(scratch)
      const program = {
        file: command.file,
        args: command.args,
        cwd: request.workingDir ?? options.homeDir,
        env: { ...buildEnvironment(options, request, runMark), ...command.env },
        adopt: (pid: number) => new GroupTree(pid, runMark),
        cleanUp: () => scratch.remove(),
      }
      return new ProcessRun(program, request, sink, options)
    } catch (error) {
      scratch.remove()
      return endedRun(failed('dispatch', `The attempt could not be prepared: ${(error as Error).message}`))
    }
  }
}
