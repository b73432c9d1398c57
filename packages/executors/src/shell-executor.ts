import type { FieldError, Json } from '@rota/core'
import { toArgv } from './environment.ts'
import type { Executor, Run, RunRequest, RunSink } from './executor.ts'
import { ownRequest } from './own-request.ts'
import { checkText, checkUnknown } from './payload-checks.ts'
import { programOf } from './program.ts'
import type { ProgramHost } from './program-host.ts'
import { settingsOfProgram } from './program-settings.ts'
import type { WrittenSettings } from './written-settings.ts'

/** Linux refuses a single argument of 128 KiB (MAX_ARG_STRLEN, execve(2)); longer commands go through a file. */
const LONGEST_ARGUMENT = 120_000

const DEAF: RunSink = { lines: () => true, drained: () => Promise.resolve(), progress: () => {} }
const PROBE = ownRequest({ timeoutMs: 10_000, maxLogBytes: 4096 })

/** Why no program can be started by the built-in executors of a server, or null; it starts one to know. */
export async function probePrograms(executors: ReadonlyMap<string, Executor>): Promise<string | null> {
  const shell = executors.get('shell')
  return shell instanceof ShellExecutor ? shell.probe() : null
}

/** Runs `{ command }`, one line or many, with the configured shell. `params.args` are `$1`, `$2`, … */
export class ShellExecutor implements Executor {
  readonly type = 'shell'
  readonly takes = 'processes'
  readonly #host: ProgramHost

  constructor(host: ProgramHost) {
    this.#host = host
  }

  async validate(payload: Record<string, Json>): Promise<FieldError[]> {
    return [
      ...checkUnknown('', payload, ['command']),
      ...checkText('command', payload.command, this.#host.options.maxCommandBytes),
    ]
  }

  /** Starts a program that does nothing, from a file of its own; resolves to why it could not be started, or null. */
  async probe(): Promise<string | null> {
    const { shell } = this.#host.options
    const name = 'probe.sh'
    const program = programOf(PROBE, { file: shell, args: [{ file: name }], files: { [name]: 'exit 0' } })
    const { failure, error } = await this.#host.run(program, DEAF).done
    return failure === 'dispatch' ? error : null
  }

  checkSettings(settings: WrittenSettings): FieldError[] {
    return settingsOfProgram(settings, this.#host)
  }

  interpreter(): string {
    return this.#host.options.shell
  }

  start(request: RunRequest, sink: RunSink): Run {
    const { shell } = this.#host.options
    const command = request.payload.command as string
    const argv = toArgv(request.params.args)
    if (Buffer.byteLength(command) <= LONGEST_ARGUMENT) {
      return this.#host.run(programOf(request, { file: shell, args: ['-c', command, shell, ...argv] }), sink)
    }
    const name = 'command.sh'
    const args = [{ file: name }, ...argv]
    return this.#host.run(programOf(request, { file: shell, args, files: { [name]: command } }), sink)
  }
}
