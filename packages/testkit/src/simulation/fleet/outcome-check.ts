import type { FleetWitness } from './fleet-witness.ts'
import type { FleetScenario } from './scenario.ts'

/** What the history says of an execution that ran on nodes, or should have. */
export interface EndedRow {
  id: string
  status: string
  failure: string | null
  error: string | null
  /** JSON text. */
  result: string | null
  attempt: number
  node: string | null
  droppedBytes: number
}

interface Around {
  witness: FleetWitness
  scenario: FleetScenario
  cancelled: ReadonlySet<string>
}

/** Holds what the history says against what the witness saw: each end is one that somebody saw, and of the last attempt. */
export function judgeOutcome(row: EndedRow, { witness, scenario, cancelled }: Around): string[] {
  const { id, status, failure } = row
  const result = row.result === null ? null : (JSON.parse(row.result) as unknown)
  const parts = partsOf(result)
  if (parts !== null) return parts.flatMap((part) => judgePart(row, part, witness))
  if (status === 'success') return judgeAccepted(row, result as string, { witness, cancelled })
  if (failure === 'exit_code') return judgeAccepted(row, row.error ?? '', { witness, cancelled })
  if (status === 'cancelled') return cancelled.has(id) ? [] : [`${id} is cancelled, which nobody has asked for`]
  if (scenario.isCalm && failure === 'lost') return [`${id} is lost in good times: ${row.error}`]
  if (failure !== 'lost' && failure !== 'dispatch') return [`${id} is ${status} (${failure}): ${row.error}`]
  return []
}

function judgeAccepted(
  { id, status, attempt, node }: EndedRow,
  token: string,
  { witness, cancelled }: Pick<Around, 'witness' | 'cancelled'>,
): string[] {
  const entry = witness.byToken.get(token)
  if (entry === undefined) return [`${id} is ${status} by the word of nobody: ${token}`]
  const found: string[] = []
  const expected = status === 'success' ? 'success' : 'failed'
  if (entry.executionId !== id) found.push(`${id} has the result of ${entry.executionId}`)
  if (entry.end !== expected) found.push(`${id} is ${status}, but ${token} ended: ${entry.end}`)
  if (entry.attempt !== attempt) found.push(`${id} has the result of attempt ${entry.attempt}, and is at ${attempt}`)
  if (entry.node !== node) found.push(`${id} ran on ${entry.node}, not on ${node}`)
  const later = witness.attempts.get(id)!.filter((other) => other.fence > entry.fence)
  if (later.length > 0) found.push(`${id} has the result of fence ${entry.fence}, after one of ${later[0]!.fence}`)
  if (entry.isGivenUp && !cancelled.has(id)) found.push(`${id} has the result of ${token}, which was given up`)
  return found
}

interface Part {
  part: string
  status: string
  result?: unknown
}

function partsOf(result: unknown): Part[] | null {
  if (typeof result !== 'object' || result === null || !('parts' in result)) return null
  return result.parts as Part[]
}

function judgePart({ id }: EndedRow, { part, status, result }: Part, witness: FleetWitness): string[] {
  if (status !== 'success') return []
  const entry = witness.byToken.get(result as string)
  if (entry?.end === 'success' && entry.executionId.startsWith(`${id}#`)) return []
  return [`part ${part} of ${id} is a success by the word of nobody: ${result}`]
}
