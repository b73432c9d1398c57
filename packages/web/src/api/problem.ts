import type { Problem } from './types.ts'

/** An answer of the API that is not a success, or no answer at all (`status` 0). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly problem: Problem | null

  constructor(status: number, problem: Problem | null, message?: string) {
    super(message ?? problem?.detail ?? problem?.title ?? `HTTP ${status}`)
    this.status = status
    this.problem = problem
  }

  /** Messages by the path of the field they concern, as a form shows them: `{ 'schedule.expression': '…' }`. */
  get fields(): Record<string, string> {
    const entries = (this.problem?.errors ?? []).map(({ path, message }) => [path, message] as const)
    return Object.fromEntries(entries)
  }

  get isOffline(): boolean {
    return this.status === 0
  }
}

/** Whatever was thrown, as a problem. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem(0, null, error instanceof Error ? error.message : String(error))
}
