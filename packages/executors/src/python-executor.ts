import type { FieldError, Json } from '@rota/core'
import { say } from '@rota/core'
import { toArgv } from './environment.ts'
import type { Executor, Run, RunRequest, RunSink } from './executor.ts'
import { checkText, checkUnknown } from './payload-checks.ts'
import { programOf } from './program.ts'
import type { ProgramHost } from './program-host.ts'
import { settingsOfProgram } from './program-settings.ts'
import { PythonSyntaxChecks, positionOf } from './python-syntax.ts'
import type { WrittenSettings } from './written-settings.ts'

/** Runs `{ source }` with the configured Python. `params.args` are `sys.argv[1:]`; output is not buffered. */
export class PythonExecutor implements Executor {
  readonly type = 'python'
  readonly takes = 'processes'
  readonly #host: ProgramHost
  readonly #checks: PythonSyntaxChecks

  constructor(host: ProgramHost) {
    this.#host = host
    this.#checks = new PythonSyntaxChecks(host)
  }

  async validate(payload: Record<string, Json>, runAs: string | null = null): Promise<FieldError[]> {
    const { maxCommandBytes } = this.#host.options
    const errors = [...checkUnknown('', payload, ['source']), ...checkText('source', payload.source, maxCommandBytes)]
    if (errors.length > 0) return errors
    const source = payload.source as string
    const found = await this.#checks.find(source, runAs)
    if (!found) return []
    if (found.line === null) return [{ path: 'source', message: say`Python cannot compile it: ${found.message}.` }]
    const message = say`Python syntax error in line ${found.line}: ${found.message}.`
    return [{ path: 'source', message, position: positionOf(source, found.line, found.column ?? 1) }]
  }

  checkSettings(settings: WrittenSettings): FieldError[] {
    return settingsOfProgram(settings, this.#host)
  }

  interpreter(): string {
    return this.#host.options.python
  }

  start(request: RunRequest, sink: RunSink): Run {
    const name = 'task.py'
    const program = programOf(request, {
      file: this.#host.options.python,
      args: [{ file: name }, ...toArgv(request.params.args)],
      files: { [name]: request.payload.source as string },
    })
    return this.#host.run(program, sink)
  }
}
