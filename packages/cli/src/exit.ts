import type { FieldError } from '@rota/core'

/** What the command's exit code says; the reference page is made from this table. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'Done.' },
  error: { code: 1, meaning: 'Something went wrong that no other code names.' },
  usage: {
    code: 2,
    meaning: 'What was given is wrong: a flag, a file, a field, an ambiguous name. Trying again will not help.',
  },
  partial: { code: 3, meaning: 'Done in part: some lines or tasks had mistakes, each is named in the report.' },
  notFound: { code: 4, meaning: 'There is no such task, execution, file or user.' },
  auth: { code: 5, meaning: 'Not logged in, the token is not valid, or the role does not allow it.' },
  conflict: { code: 6, meaning: 'Name taken, stale version, or the state does not allow it.' },
  unreachable: { code: 7, meaning: 'The server did not answer, or is not ready.' },
  failed: { code: 8, meaning: 'The execution did not succeed and has no exit code of its own.' },
  unsound: { code: 9, meaning: '`rota doctor` found something that is to be mended.' },
  pending: { code: 10, meaning: 'Nothing has changed yet: it waits for the approval of a second person.' },
  interrupted: { code: 130, meaning: 'Interrupted by Ctrl-C. What runs on the server goes on.' },
} as const

export type ExitName = keyof typeof EXIT_CODES

export function exitCode(name: ExitName): number {
  return EXIT_CODES[name].code
}

/** Thrown to end a command with a sentence for a person and a named exit code. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exit: ExitName
  /** Shown below the sentence, one per line. */
  readonly lines: readonly string[]
  /** The same for programs, field by field. */
  readonly errors: readonly FieldError[]

  constructor(exit: ExitName, message: string, lines: readonly string[] = [], errors: readonly FieldError[] = []) {
    super(message)
    this.exit = exit
    this.lines = lines
    this.errors = errors
  }
}

/** Thrown when what the user typed cannot be meant. */
export function usage(message: string, lines: readonly string[] = [], errors: readonly FieldError[] = []): CliError {
  return new CliError('usage', message, lines, errors)
}
