import type { Claimed, SlotRule } from '../../ports/executions.ts'
import type { Contender } from '../decide.ts'
import type { RowStatement } from './statements.ts'

/** A live row as claim and admission read it. */
export type LiveRow = Contender & Claimed

/** The columns of `ready-executions` and `claimed-execution`. Of rows that are read for every job, arrays cost half of objects. */
export type Cells = [
  seq: number,
  claimSeq: number,
  id: string,
  tenantId: string | null,
  taskSeq: number | null,
  taskVersion: number | null,
  trigger: Claimed['trigger'],
  dueAt: number,
  runAt: number,
  rank: number,
  priority: number,
  attempt: number,
  createdAt: number,
  scheduleId: number | null,
  job: string | null,
  attempts: string | null,
  coversFrom: number | null,
  skipAfter: number | null,
  mergeAfter: number | null,
  overlap: SlotRule,
  taskMax: number,
  keys: string | null,
  admitted: number,
]

/** Has statements answer arrays. */
export function asCells(...statements: RowStatement<Cells>[]): void {
  for (const statement of statements) statement.setReturnArrays(true)
}

export function liveRow(cells: Cells): LiveRow {
  return {
    seq: cells[0],
    claimSeq: cells[1],
    id: cells[2],
    tenantId: cells[3],
    taskSeq: cells[4],
    taskVersion: cells[5],
    trigger: cells[6],
    dueAt: cells[7],
    runAt: cells[8],
    rank: cells[9],
    priority: cells[10],
    attempt: cells[11],
    createdAt: cells[12],
    scheduleId: cells[13],
    job: cells[14],
    attempts: cells[15],
    coversFrom: cells[16],
    skipAfter: cells[17],
    mergeAfter: cells[18],
    overlap: cells[19],
    taskMax: cells[20],
    keys: cells[21],
    admitted: cells[22] === 1,
  }
}
