import { attemptsOf, ranMs } from '../../ports/attempts.ts'
import type { Finish, Settlement, SettleResult } from '../../ports/executions.ts'
import type { Happening } from '../../ports/happenings.ts'
import type { Contender } from '../decide.ts'
import { endedOf, retriedOf, type Subject } from '../happened.ts'
import type { Database, Session } from './database.ts'
import { stateFor } from './execution-rows.ts'
import { releaseLimits } from './limits.ts'
import { telling } from './telling.ts'
import { columnsOf, storable, storableJson } from './values.ts'

/** What was settled, with what the release of its slots needs. */
type Settled = Pick<Contender, 'seq' | 'overlap' | 'keys'> & Subject & { admitted: number }
type Ended = Extract<Settlement, { kind: 'finish' }>
type SentBack = Exclude<Settlement, { kind: 'finish' }>

/** Writes how attempts ended: one statement for the ends, one for those that leave no trace, one for what goes back. See {@link ExecutionStore.settle}. */
export async function settle(db: Database, settlements: readonly Settlement[], now: number): Promise<SettleResult> {
  if (settlements.length === 0) return { fenced: [], freed: false, happened: [] }
  const { promoted, ...result } = await db.transaction(async (tx) => {
    const outbox = telling(tx)
    const counting = currentWords(settlements)
    const unique = [...counting.values()]
    const settled = [
      ...(await finish(tx, unique.filter(isEnd))),
      ...(await sendBack(tx, unique.filter(isSentBack), now)),
    ]
    const { promoted } = await releaseLimits(tx, settled)
    const happened = settled.flatMap((row) => happeningOf(row, counting.get(row.seq)!, now) ?? [])
    await outbox.keep(happened)
    const current = new Set(settled.map((row) => row.seq))
    const refused = settlements.filter((it) => !current.has(it.seq) || counting.get(it.seq) !== it)
    if (refused.length === 0) return { fenced: [], happened, promoted }
    const before = await doneBefore(
      tx,
      refused.filter((it) => !current.has(it.seq) && counting.get(it.seq) === it),
      now,
    )
    const fenced = refused.filter((it) => !before.has(it)).map((it) => it.seq)
    return { fenced, happened: [...happened, ...before.values()], promoted }
  })
  return { ...result, freed: (await promoted) > 0 }
}

/** Of several words about an execution only one under the latest claim can be current, and of these the first counts. */
function currentWords(settlements: readonly Settlement[]): Map<number, Settlement> {
  const counting = new Map<number, Settlement>()
  for (const it of settlements) {
    const before = counting.get(it.seq)
    if (before === undefined || before.claimSeq < it.claimSeq) counting.set(it.seq, it)
  }
  return counting
}

function happeningOf(row: Subject, settlement: Settlement, now: number): Happening | null {
  if (settlement.kind === 'finish') return endedOf(row, settlement, settlement.work)
  return settlement.kind === 'retry' ? retriedOf(row, settlement, now) : null
}

/** What these very words have done already, when their answer was lost: nobody was told of it. */
async function doneBefore(
  tx: Session,
  refused: readonly Settlement[],
  now: number,
): Promise<Map<Settlement, Happening>> {
  const done = new Map<Settlement, Happening>()
  const note = (settlement: Settlement | undefined, row: Subject) => {
    const happening = settlement && happeningOf(row, settlement, now)
    if (settlement && happening) done.set(settlement, happening)
  }
  const ends = new Map(refused.flatMap((it) => (isEnd(it) && it.begun ? [[it.begun.id, it] as const] : [])))
  if (ends.size > 0) {
    const words = [...ends]
    const columns = columnsOf(words, [([id]) => id, ([, end]) => end.finishedAt])
    for (const row of await tx.run<Subject>('ended-before', columns)) note(ends.get(row.id), row)
  }
  const retries = new Map(refused.flatMap((it) => (it.kind === 'retry' && it.begun ? [[it.seq, it] as const] : [])))
  if (retries.size > 0) {
    const words = [...retries.values()]
    const columns = columnsOf(words, [(it) => it.seq, (it) => it.claimSeq, (it) => storable(it.attempts)])
    for (const row of await tx.run<Subject & { seq: number }>('sent-back-before', columns)) {
      note(retries.get(row.seq), row)
    }
  }
  return done
}

const isEnd = (settlement: Settlement): settlement is Ended => settlement.kind === 'finish'
const isSentBack = (settlement: Settlement): settlement is SentBack => settlement.kind !== 'finish'

async function finish(tx: Session, ends: Ended[]): Promise<Settled[]> {
  const [kept, dropped] = [ends.filter((end) => end.keep), ends.filter((end) => !end.keep)]
  const settled = kept.length === 0 ? [] : await keep(tx, kept)
  if (dropped.length > 0) {
    const fences = [dropped.map((end) => end.seq), dropped.map((end) => end.claimSeq)]
    settled.push(...(await tx.run<Settled>('drop-executions', fences)))
  }
  return settled
}

function keep(tx: Session, ends: Ended[]): Promise<Settled[]> {
  return tx.run<Settled>('finish-executions', [
    ends.map((end) => end.seq),
    ends.map((end) => end.claimSeq),
    ...columnsOf<Finish>(ends, [
      (end) => end.status,
      (end) => end.failure,
      (end) => storable(end.reason),
      (end) => end.startedAt,
      (end) => end.finishedAt,
      (end) => end.exitCode,
      (end) => storable(end.error),
      (end) => storable(end.output),
      (end) => storable(end.result),
      (end) => end.cpuMs,
      (end) => end.maxRssBytes,
      (end) => end.droppedLogBytes,
      (end) => storableJson(end.placement ?? null),
    ]),
  ])
}

async function sendBack(tx: Session, rows: SentBack[], now: number): Promise<Settled[]> {
  if (rows.length === 0) return []
  const retryOf = (row: SentBack) => (row.kind === 'retry' ? row : null)
  return tx.run<Settled>(
    'requeue-executions',
    columnsOf(rows, [
      (row) => row.seq,
      (row) => row.claimSeq,
      (row) => row.kind === 'retry',
      (row) => (row.kind === 'retry' ? stateFor(row.runAt, now) : null),
      (row) => retryOf(row)?.runAt ?? null,
      (row) => retryOf(row)?.rank ?? null,
      (row) => storable(retryOf(row)?.attempts ?? null),
      (row) => (row.died ? 1 : 0),
      (row) => ranMs(attemptsOf(retryOf(row)?.attempts ?? null)),
    ]),
  )
}
