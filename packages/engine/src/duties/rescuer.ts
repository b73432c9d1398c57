import { type AttemptView, type Clock, retryDelayMs, say, shallRetry } from '@rota/core'
import { rankOf } from '../planning/rank.ts'
import { attemptsOf } from '../ports/attempts.ts'
import {
  type Claimed,
  type ClaimKey,
  type ExecutionStore,
  type Orphan,
  type Settlement,
  UNSEEN,
} from '../ports/executions.ts'
import type { OnNode } from '../ports/placer.ts'
import type { Work, Workbook } from '../work.ts'
import { createLoop, type Duty } from './loop.ts'
import type { Pulse } from './pulse.ts'
import type { Signals } from './signals.ts'

export interface RescuerOptions {
  clock: Clock
  executions: ExecutionStore
  workbook: Workbook
  pulse: Pulse
  instanceId: string
  random: () => number
  priorityStepMs: number
  /** How often the server may die with an execution in its hands before it is given up as poison. */
  poisonAfter: number
  /** Whether there can be other instances, whose work may have to be taken over. */
  isShared: boolean
  /** How often to look for work to take over, in ms. */
  periodMs: number
  /** How often every line of blocked rows gets another chance, in ms. */
  nudgeMs: number
  /**
   * Whether this instance may judge others by their leases. See {@link LeaseKeeper.mayJudge}.
   */
  mayJudge: () => boolean
  /** Goes on with attempts that run on nodes, under the claims that they have now. */
  adopt: (adopted: readonly Adopted[]) => void
  /** Rows that the store is asked for, which nobody here is to give back meanwhile. */
  expected: Set<number>
  /** `addedFrom`: something was sent back to the queue. */
  signals: Pick<Signals, 'poisoned' | 'addedFrom'>
}

/** An attempt on a node that is this instance's now. */
export interface Adopted {
  row: Claimed
  work: Work
  onNode: OnNode
  startedAt: number
}

export interface Rescuer extends Duty {
  /** Takes over everything whose instance has no lease at `now`; answers how many executions that were. */
  rescue(now: number): Promise<number>
}

const BATCH = 500

/** Goes on with executions whose instance is gone: sends them back, retries them, or ends them as lost. */
export function createRescuer(options: RescuerOptions): Rescuer {
  const { clock, executions, workbook, pulse } = options

  function decide(orphan: Orphan, work: Work | Error, now: number): Settlement {
    const fence = { seq: orphan.seq, claimSeq: orphan.claimSeq }
    const deaths = orphan.deaths + 1
    if (deaths >= options.poisonAfter) {
      if (orphan.taskSeq !== null) options.signals.poisoned.tell(orphan.taskSeq)
      return lost(orphan, now, say`Its server died ${deaths} times while it had it.`)
    }
    // It may or may not have begun. An execution is started at least once, so it goes back. On a node it cannot have
    // begun before the store knew which.
    if (orphan.startedAt === null || isForNode(work)) return { kind: 'give_back', died: true, ...fence }
    const attempt = { attempt: orphan.attempt, failure: 'lost', exitCode: null } as const
    if (work instanceof Error || !shallRetry(work.retry, attempt)) {
      return lost(orphan, now, say`The server that ran it died before it ended.`)
    }
    const runAt = now + retryDelayMs(work.retry, orphan.attempt, options.random())
    const rank = rankOf(runAt, orphan.priority, options.priorityStepMs)
    return { kind: 'retry', died: true, ...fence, runAt, rank, attempts: withLostAttempt(orphan, now) }
  }

  /** Adoptions of which it is not known whether the store has carried them out. */
  const unsure = new Map<number, Adopted>()

  /** What runs on a node goes on there, whoever asked for it. */
  async function adopt(orphans: readonly Orphan[], works: readonly (Work | Error)[]) {
    const wanted = orphans.flatMap((orphan, i) => (isOnNode(orphan, works[i]!) ? [adoptedOf(orphan, works[i])] : []))
    if (wanted.length === 0) return
    for (const it of wanted) {
      unsure.set(it.row.seq, it)
      options.expected.add(it.row.seq)
    }
    const claims = wanted.map(({ row: { seq, claimSeq } }) => ({ seq, claimSeq: claimSeq - 1 }))
    settleUnsure(await executions.adopt(claims, options.instanceId), wanted)
  }

  /** Takes in hand what the store says is ours of what it was asked for; of the rest somebody else has taken over. */
  function settleUnsure(ours: readonly ClaimKey[], asked: Iterable<Adopted>) {
    const claimSeqs = new Map(ours.map(({ seq, claimSeq }) => [seq, claimSeq]))
    const settled = [...asked]
    options.adopt(settled.filter(({ row }) => claimSeqs.get(row.seq) === row.claimSeq))
    for (const { row } of settled) {
      unsure.delete(row.seq)
      options.expected.delete(row.seq)
    }
  }

  /** The answer to an adoption was lost: nobody else would ever take over what is ours by now. */
  async function lookAtUnsure() {
    if (unsure.size > 0) settleUnsure(await executions.claimsOf(options.instanceId), unsure.values())
  }

  const requeued = () => options.signals.addedFrom.tell({ runAt: clock.now() })

  async function rescue(now: number): Promise<number> {
    await lookAtUnsure()
    let total = 0
    let after = 0
    for (;;) {
      const orphans = await executions.orphans({ now, most: BATCH, asker: options.instanceId, after })
      if (orphans.length === 0) break
      after = orphans.at(-1)!.seq
      const works = await workbook.find(orphans)
      await adopt(orphans, works)
      const at = clock.now()
      const ends = orphans.flatMap((orphan, i) => (isOnNode(orphan, works[i]!) ? [] : [decide(orphan, works[i]!, at)]))
      await executions.settle(ends, at)
      total += ends.length
    }
    if (total > 0) requeued()
    return total
  }

  let nudgeAt = Number.NEGATIVE_INFINITY
  const loop = createLoop({
    clock,
    onError: pulse.storeFailed,
    longestSleepMs: options.periodMs,
    step: async () => {
      if (options.isShared && options.mayJudge()) await rescue(clock.now())
      const now = clock.monotonic()
      if (now >= nudgeAt) {
        if ((await executions.nudge()) > 0) requeued()
        nudgeAt = now + options.nudgeMs
      }
      return options.periodMs
    },
  })

  return { ...loop, rescue }
}

/** An orphan under the claim that its adoption gives it. */
function adoptedOf({ startedAt, deaths: _, placement, ...row }: Orphan, work: Work | Error | undefined): Adopted {
  const onNode = JSON.parse(placement!) as OnNode
  return { row: { ...row, claimSeq: row.claimSeq + 1 }, work: work as Work, onNode, startedAt: startedAt! }
}

function isForNode(work: Work | Error): boolean {
  return !(work instanceof Error) && work.target.kind === 'node' && work.spread === null
}

function isOnNode({ startedAt, placement }: Orphan, work: Work | Error): boolean {
  return startedAt !== null && placement !== null && !(work instanceof Error)
}

function lost(orphan: Orphan, now: number, error: string): Settlement {
  const { seq, claimSeq, startedAt } = orphan
  return {
    ...UNSEEN,
    kind: 'finish',
    seq,
    claimSeq,
    status: 'failed',
    failure: 'lost',
    startedAt,
    finishedAt: now,
    error,
  }
}

function withLostAttempt(orphan: Orphan, now: number): string {
  const attempt: AttemptView = {
    attempt: orphan.attempt,
    started_at: orphan.startedAt === null ? null : new Date(orphan.startedAt).toISOString(),
    finished_at: new Date(now).toISOString(),
    status: 'failed',
    failure: 'lost',
    exit_code: null,
    error: say`The server that ran it died before it ended.`,
  }
  return JSON.stringify([...attemptsOf(orphan.attempts), attempt])
}
