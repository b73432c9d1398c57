import { label } from '@rota/core'
import type { CommandSpec, OptionSpec } from '../spec.ts'

/** An option as completion needs it. */
export interface CompletionOption {
  /** `-f` and `--file`. */
  names: string[]
  description: string
  /** What its value may be: a list, a path, anything; null when it takes none. */
  value: readonly string[] | 'path' | 'any' | null
}

/** A point in the command line: what may come after these words. */
export interface Place {
  /** `rota task list` */
  words: string
  commands: { name: string; summary: string }[]
  options: CompletionOption[]
  /** True when an argument is a file or directory. */
  takesPaths: boolean
  /** Fixed words for an argument. */
  argumentWords: readonly string[]
}

const PATH_VALUE = /<(file|dir|path)>/
const PATH_ARGUMENT = /^[<[](file|dir)\b/

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
      argumentWords: spec.name === 'completion' ? ['bash', 'zsh'] : [],
    })
    for (const each of spec.commands ?? []) visit(each, `${words} ${each.name}`)
  }
  visit(root, root.name)
  return found
}

function toOption({ flags, description: text, choices }: OptionSpec): CompletionOption {
  const description = label(text)
  const names = flags.match(/--?[a-zA-Z][\w-]*/g) ?? []
  if (choices) return { names, description, value: choices }
  if (PATH_VALUE.test(flags)) return { names, description, value: 'path' }
  return { names, description, value: /[<[]/.test(flags) ? 'any' : null }
}
