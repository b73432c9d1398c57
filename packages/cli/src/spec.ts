import type { Context } from './context.ts'

/** A command's work. Returns an exit code where it is not 0. Options carry commander's camel-cased names. */
export type Handler = (context: Context, args: string[], options: never) => Promise<number | undefined>

export interface OptionSpec {
  /** As commander writes them: `-f, --file <path>`. A value may be given several times when `many` is set. */
  flags: string
  description: string
  choices?: readonly string[]
  many?: boolean
  /** Heading under which the help shows it; without one it stands under `Options:`. */
  section?: string
  hidden?: boolean
}

/** One command as data: the program, its help, the completion and the reference page are all made from it. */
export interface CommandSpec {
  name: string
  summary: string
  /** Further sentences for `--help`. */
  description?: string
  /** As commander writes them: `<task...>`, `[file]`; with a description each. */
  args?: readonly (readonly [name: string, description: string])[]
  options?: readonly OptionSpec[]
  /** Command line and what it does. */
  examples?: readonly (readonly [line: string, meaning: string])[]
  /** Loads the code only when the command is used. */
  load?: () => Promise<Handler>
  commands?: readonly CommandSpec[]
}
