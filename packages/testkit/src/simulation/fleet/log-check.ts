import type { FleetWitness } from './fleet-witness.ts'
import type { EndedRow } from './outcome-check.ts'
import type { FleetScenario } from './scenario.ts'
import type { SharedLog } from './shared-log.ts'

interface Around {
  log: SharedLog
  scenario: Pick<FleetScenario, 'mishaps'>
  witness: FleetWitness
}

/** How far the log has come with the lines of an attempt. */
interface Read {
  next: number
  /** A line that says that lines were cut has stood before the next one. */
  mayMiss: boolean
  hasMissed: boolean
}

const PRINTED = /^(?:\[[^\]]+\] )?(t\d+):(\d+):/

/**
 * Each line that a node printed is in the log once and in order, as long as its spool was not full; of an attempt whose
 * end was taken each, of others those up to some moment.
 */
export function judgeLog(row: EndedRow, { log, witness, scenario }: Around): string[] {
  // An instance that lives on while others have taken over, because it could not reach the store, still writes what it
  // had taken before it knew: the log has no fence against that.
  if (scenario.mishaps.some(({ kind }) => kind === 'outage' || kind === 'trouble')) return []
  const found: string[] = []
  const reads = new Map<string, Read>()
  let wasCut = false
  let last: string | null = null
  for (const { text, stream } of log.of(row.id)) {
    if (stream === 'system') {
      wasCut = true
      continue
    }
    const [, token, no] = PRINTED.exec(text) ?? []
    const entry = token === undefined ? undefined : witness.byToken.get(token)
    if (token === undefined || entry === undefined) {
      found.push(`the log of ${row.id} says what nobody printed: ${text}`)
      continue
    }
    const isPart = entry.executionId.includes('#')
    if (entry.executionId.split('#')[0] !== row.id)
      found.push(`the log of ${row.id} has a line of ${entry.executionId}`)
    const read = reads.get(token)
    if (!isPart && read !== undefined && last !== token) found.push(`the log of ${row.id} goes back to ${token}`)
    found.push(...judgeLine(row.id, { token, no: Number(no), wasCut }, read, reads))
    wasCut = false
    last = token
  }
  found.push(...judgeLength(row, { reads, wasCut, witness }))
  return found
}

function judgeLine(
  id: string,
  { token, no, wasCut }: { token: string; no: number; wasCut: boolean },
  read: Read | undefined,
  reads: Map<string, Read>,
): string[] {
  const next = read?.next ?? 0
  reads.set(token, { next: no + 1, mayMiss: false, hasMissed: (read?.hasMissed ?? false) || no > next })
  if (no < next) return [`line ${no} of ${token} is in the log of ${id} again, after ${next - 1}`]
  if (no > next && !wasCut) return [`line ${no} of ${token} comes in the log of ${id} where ${next} should`]
  return []
}

/** Of what was taken as an end nothing may be missing behind. */
function judgeLength(
  { id, status, failure, result, error, droppedBytes }: EndedRow,
  { reads, wasCut, witness }: { reads: Map<string, Read>; wasCut: boolean; witness: FleetWitness },
): string[] {
  const said = status === 'success' ? (JSON.parse(result ?? 'null') as unknown) : failure === 'exit_code' ? error : null
  const entry = typeof said === 'string' ? witness.byToken.get(said) : undefined
  if (entry === undefined || entry.hasLostItsNode || wasCut || droppedBytes > 0) return []
  const read = reads.get(entry.token)?.next ?? 0
  return read === entry.printed ? [] : [`the log of ${id} has ${read} of the ${entry.printed} lines of ${entry.token}`]
}
