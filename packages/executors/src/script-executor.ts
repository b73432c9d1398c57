import { type FieldError, type Json, say } from '@rota/core'
import { toArgv } from './environment.ts'
import type { Executor, Run, RunRequest, RunSink } from './executor.ts'
import { endedRun, failed } from './outcome.ts'
import { checkText, checkUnknown } from './payload-checks.ts'
import { programOf } from './program.ts'
import type { ProgramHost } from './program-host.ts'
import { settingsOfProgram } from './program-settings.ts'
import type { WrittenSettings } from './written-settings.ts'

/**
 * The program and arguments that run a source: the given interpreter (words separated by blanks, no shell involved),
 * else the `#!` line, read as the kernel does (execve(2)): one path and at most one argument. Null when there is none.
 */
export function interpreterOf(source: string, interpreter: string | null): string[] | null {
  if (interpreter !== null) return interpreter.trim().split(/\s+/)
  if (!source.startsWith('#!')) return null
  const newline = source.indexOf('\n')
  // A CR before the newline goes with the blanks: the kernel would look for "bash\r".
  const line = source.slice(2, newline === -1 ? undefined : newline).trim()
  if (line === '' || line.includes('\r')) return null
  const end = blankIn(line)
  return end === -1 ? [line] : [line.slice(0, end), line.slice(end).trimStart()]
}

function blankIn(line: string): number {
  const space = line.indexOf(' ')
  const tab = line.indexOf('\t')
  return space === -1 || tab === -1 ? Math.max(space, tab) : Math.min(space, tab)
}

/**
 * Interpreters that hand on everything after the script's name unread. Others go on reading: `awk -f SCRIPT -f OTHER`,
 * `make -f SCRIPT SHELL=…`, `psql -f SCRIPT -c …`.
 */
const SHELLS = /^(?:sh|ash|bash|dash|ksh|mksh|zsh)$/
const LANGUAGES = /^(?:python|pypy|perl|ruby|node|php|lua|luajit|tclsh|Rscript)[\d.]*$/
/** Flags that take no word after them, and leave the script the first thing that is not a flag. */
const SHELL_FLAGS = /^-[aefhnouvx]+$/
const LANGUAGE_FLAGS = /^(?:-[BEIOSWuvw]+|--[\w-]+=\S*)$/

/** Whether no argument of the run can become an option of the interpreter itself. */
function handsArgumentsOn(words: readonly string[]): boolean {
  const [first = '', ...rest] = words[0] === '/usr/bin/env' ? words.slice(words[1] === '-S' ? 2 : 1) : words
  const name = first.slice(first.lastIndexOf('/') + 1)
  if (LANGUAGES.test(name)) return rest.every((word) => LANGUAGE_FLAGS.test(word))
  const isFlag = (word: string, i: number) =>
    SHELL_FLAGS.test(word) || (word === 'pipefail' && rest[i - 1]?.endsWith('o'))
  return SHELLS.test(name) && rest.every(isFlag)
}

/** `/usr/bin/env NAME` means NAME, which is then found by the server's path and not by the task's. */
function withoutEnv(words: [string, ...string[]]): [string, ...string[]] {
  const [file, name, ...rest] = words
  const isPlain = file === '/usr/bin/env' && name !== undefined && !name.startsWith('-') && !name.includes('=')
  return isPlain && rest.length === 0 && !/\s/.test(name) ? [name] : words
}

/** Runs `{ source, interpreter? }` from a private file with any interpreter. `params.args` follow the file's name. */
export class ScriptExecutor implements Executor {
  readonly type = 'script'
  readonly takes = 'processes'
  readonly #host: ProgramHost

  constructor(host: ProgramHost) {
    this.#host = host
  }

  async validate(payload: Record<string, Json>): Promise<FieldError[]> {
    const { maxCommandBytes } = this.#host.options
    const errors = [
      ...checkUnknown('', payload, ['source', 'interpreter']),
      ...checkText('source', payload.source, maxCommandBytes),
    ]
    const given = payload.interpreter ?? null
    if (given !== null) errors.push(...checkText('interpreter', given, 4096))
    if (errors.length > 0) return errors
    return this.#interpreterErrors(payload.source as string, given as string | null)
  }

  argsProblem(payload: Record<string, Json>): string | null {
    const words = interpreterOf(payload.source as string, (payload.interpreter as string | null | undefined) ?? null)
    if (words === null || handsArgumentsOn(words)) return null
    return say`cannot be set here without the permission "edit": ${words.join(' ')} may read what follows the script as options of its own.`
  }

  checkSettings(settings: WrittenSettings): FieldError[] {
    return settingsOfProgram(settings, this.#host)
  }

  interpreter({ source, interpreter = null }: Readonly<Record<string, Json>>): string | null {
    const words = typeof source === 'string' ? interpreterOf(source, interpreter as string | null) : null
    return words === null ? null : withoutEnv(words as [string, ...string[]])[0]
  }

  start(request: RunRequest, sink: RunSink): Run {
    const source = request.payload.source as string
    const given = (request.payload.interpreter as string | null | undefined) ?? null
    const [problem] = this.#interpreterErrors(source, given)
    if (problem) return endedRun(failed('dispatch', problem.message))
    const [file, ...words] = withoutEnv(interpreterOf(source, given) as [string, ...string[]])
    const name = 'script'
    // The interpreter gets the file as an argument: executing it would need a mount that allows that.
    const args = [...words, { file: name }, ...toArgv(request.params.args)]
    return this.#host.run(programOf(request, { file, args, files: { [name]: source } }), sink)
  }

  #interpreterErrors(source: string, given: string | null): FieldError[] {
    const allowed = this.#host.options.allowedInterpreters
    const words = interpreterOf(source, given)
    if (!words) {
      const message = say`Is needed, because the source has no #! line.`
      const offered = allowed === null || allowed.includes('/bin/sh') ? '/bin/sh' : allowed[0]
      return [{ path: 'interpreter', message, ...(offered !== undefined && { suggestion: offered }) }]
    }
    if (allowed === null) return []
    // `#!/usr/bin/env NAME` means NAME.
    const isEnv = words[0] === '/usr/bin/env' && words.length > 1
    const name = isEnv ? words[1]! : words[0]!
    if (allowed.includes(name)) return []
    return [{ path: 'interpreter', message: say`${name} is not allowed here; allowed are ${allowed.join(', ')}.` }]
  }
}
