import type { Json } from '../json.ts'
import type { NetworkRules } from './rules.ts'

/** What a program is started by: as it is written, and where that is; null when it is nowhere. */
export interface Interpreter {
  readonly name: string
  readonly path: string | null
}

/** What policies must know of the machine on which programs run. */
export interface PolicyMachine {
  /** What starts the program of a task; null for a type that starts none, or of which that is not known. */
  interpreter(type: string, payload: Readonly<Record<string, Json>>): Interpreter | null
  /** Where a program is that somebody names, links of its directories followed; null when it is nowhere. */
  locate(program: string): string | null
  /** A directory with all links followed, as far as it is there. */
  directory(path: string): string
  /** Whether a program would run as the user that the server itself runs as; null for who names nobody. */
  isServerUser(runAs: string | null): boolean
  /** Why a host may not be reached as far as that can be told from its name alone, or null. */
  hostProblem(rules: NetworkRules, host: string): string | null
}
