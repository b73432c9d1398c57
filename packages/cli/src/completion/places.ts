import { label } from '@rota/core'
import type { CommandSpec, OptionSpec } from '../spec.ts'

/** What a server is asked for while somebody types. */
export const NAME_KINDS = ['tasks', 'deleted-tasks', 'executions'] as const
export type NameKind = (typeof NAME_KINDS)[number]

/** An option as completion needs it. */
export interface CompletionOption {
  /** `-f` and `--file`. */
  names: string[]
  description: string
  /** What its value may be: a list, names that the server has, a path, anything; null when it takes none. */
  value: readonly string[] | { named: NameKind } | 'path' | 'any' | null
}

/** A point in the command line: what may come after these words. */
export interface Place {
  /** `rota task list` */
  words: string
  commands: { name: string; summary: string }[]
  options: CompletionOption[]
  /** True when an argument is a file or directory. */
  takesPaths: boolean
  /** Names that the server has, for an argument. */
  argumentNames: readonly NameKind[]
  /** Fixed words for an argument. */
  argumentWords: readonly string[]
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const

const PATH_VALUE = /<(file|dir|path)>/
const PATH_ARGUMENT = /^[<[](file|dir)\b/
const TASK_ARGUMENT = /^[<[](id\|)?task\b/
const EXECUTION_ARGUMENT = /^[<[]id\b/

/** Every place of a command tree. */
export function places(root: CommandSpec, globalOptions: readonly OptionSpec[]): Place[] {
  const globals = globalOptions.map(toOption)
  const help: CompletionOption = { names: ['-h', '--help'], description: label('show help for a command'), value: null }
  const found: Place[] = []
  const visit = (spec: CommandSpec, words: string): void => {
    const commands = (spec.commands ?? []).map(({ name, summary }) => ({ name, summary: label(summary) }))
    found.push({
      words,
      commands: spec === root ? [...commands, { name: 'help', summary: label('show help for a command') }] : commands,
      options: [...(spec.options ?? []).filter(({ hidden }) => !hidden).map(toOption), ...globals, help],
      takesPaths: (spec.args ?? []).some(([name]) => PATH_ARGUMENT.test(name)),
      argumentNames: namesFor(spec, words),
      argumentWords: spec.name === 'completion' ? SHELLS : [],
    })
    for (const each of spec.commands ?? []) visit(each, `${words} ${each.name}`)
  }
  visit(root, root.name)
  return found
}

function namesFor({ args = [] }: CommandSpec, words: string): NameKind[] {
  const tasks: NameKind = words === 'rota task restore' ? 'deleted-tasks' : 'tasks'
  return [
    ...(args.some(([name]) => TASK_ARGUMENT.test(name)) ? [tasks] : []),
    ...(args.some(([name]) => EXECUTION_ARGUMENT.test(name)) ? (['executions'] as const) : []),
  ]
}

function toOption({ flags, description: text, choices }: OptionSpec): CompletionOption {
  const description = label(text)
  const names = flags.match(/--?[a-zA-Z][\w-]*/g) ?? []
  if (choices) return { names, description, value: choices }
  if (PATH_VALUE.test(flags)) return { names, description, value: 'path' }
  if (flags.includes('<task>')) return { names, description, value: { named: 'tasks' } }
  return { names, description, value: /[<[]/.test(flags) ? 'any' : null }
}
