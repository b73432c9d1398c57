import { attemptsOf, ranMs } from '../../ports/attempts.ts'
import type { Finish, Settlement, SettleResult } from '../../ports/executions.ts'
import type { Database, Session } from './database.ts'
import type { Contender } from './decide.ts'
import { stateFor } from './execution-rows.ts'
import { releaseLimits } from './limits.ts'
import { columnsOf, storable } from './values.ts'

/** What was settled, with what the release of its slots needs. */
type Settled = Pick<Contender, 'seq' | 'taskSeq' | 'overlap' | 'keys'> & { admitted: number }
type Ended = Extract<Settlement, { kind: 'finish' }>
type SentBack = Exclude<Settlement, { kind: 'finish' }>

/** Writes how attempts ended: one statement for the ends, one for those that leave no trace, one for what goes back. See {@link ExecutionStore.settle}. */
export async function settle(db: Database, settlements: readonly Settlement[], now: number): Promise<SettleResult> {
  if (settlements.length === 0) return { fenced: [], freed: false }
  const { fenced, promoted } = await db.transaction(async (tx) => {
    // Of several words about an execution only one under the latest claim can be current, and of these the first counts.
    const counting = new Map<number, Settlement>()
    for (const it of settlements) {
      const before = counting.get(it.seq)
      if (before === undefined || before.claimSeq < it.claimSeq) counting.set(it.seq, it)
    }
    const unique = [...counting.values()]
    const settled = [
      ...(await finish(tx, unique.filter(isEnd))),
      ...(await sendBack(
        tx,
        unique.filter((it): it is SentBack => !isEnd(it)),
        now,
      )),
    ]
    const { promoted } = await releaseLimits(tx, settled)
    const current = new Set(settled.map((row) => row.seq))
    const fenced = settlements.filter((it) => !current.has(it.seq) || counting.get(it.seq) !== it)
    return { fenced: fenced.map((it) => it.seq), promoted }
  })
  return { fenced, freed: (await promoted) > 0 }
}

const isEnd = (settlement: Settlement): settlement is Ended => settlement.kind === 'finish'

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
