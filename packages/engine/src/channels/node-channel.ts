import {
  type AttemptKey,
  type AttemptNews,
  type Clock,
  type Order,
  RotaError,
  say,
  type Timer,
  type ToNode,
} from '@rota/core'
import type { Channel, Report } from '../ports/channel.ts'
import type { Connected, News } from '../ports/node-relay.ts'
import type { OnNode } from '../ports/placer.ts'
import type { Reservations } from '../ports/reservations.ts'

export interface NodeChannelOptions {
  clock: Clock
  /** Sends a frame to a node, wherever it is connected; that it arrives is not known. */
  send: (node: string, frame: ToNode) => void
  reservations: Pick<Reservations, 'commit'>
  instanceId: string
  /** How long a node may take to answer an order. */
  ackTimeoutMs: number
  /** How long a running attempt keeps its room without a heartbeat that names it. */
  runTtlMs: number
  /** How long a node whose attempt was adopted may take to come back. */
  patienceMs: number
  /** Resolves when everything that an attempt has said can be read; answers how many lines there are. */
  flush: (executionId: string) => Promise<number>
  /** Resolves when every end that was reported is kept. */
  settled: () => Promise<void>
  /** An order was not answered, or turned away. */
  onFailed: (failed: { node: string; executionId: string; code: string }) => void
  /** An order was answered, so many ms after it was offered. */
  onAcked: (acked: { id: string; node: string; ms: number }) => void
}

/** News are confirmed when they are kept, so long after they came at the latest. */
const CONFIRM_AFTER_MS = 1_000
/** How long a node's answer is kept in hand while the hot state cannot be told of it. */
const COMMIT_PATIENCE_MS = 3_000
const COMMIT_PAUSE_MS = 100
/** Of an attempt that says nothing it is asked whether it is still there, after so long, and then less and less often. */
const ASK_AFTER_MS = 15_000
const ASK_LONGEST_MS = 240_000
/** What has not come after so many questions never will. */
const MOST_ASKS = 3

type Stage = 'offered' | 'committing' | 'running' | 'over'

/** An attempt on a node. */
interface Attempt extends AttemptKey {
  readonly report: Report
  readonly onNode: OnNode
  stage: Stage
  readonly offeredAt: number
  /** The last news taken; null when it is not known what another instance has taken. */
  number: number | null
  /** Up to where its news are confirmed. */
  confirmed: number
  /** Lines taken. */
  lines: number
  /** Why it is to stop. */
  cancelled: string | null
  /** What came while the hot state was being told. */
  readonly early: News[]
  timer: Timer | null
  confirming: Timer | null
  asking: Timer | null
  /** When something was last heard of it, by the monotonic clock, and how often it was asked since. */
  heardAt: number
  asks: number
  /** It is being counted what is kept of it: what comes meanwhile is said again. */
  isCounting: boolean
  /** How many of its lines there are is known here; else the log knows, whoever wrote them. */
  isCounted: boolean
}

/**
 * The way to nodes. Orders go out under the lease that was taken for them; what nodes tell of them is taken once and in
 * order, and confirmed when it is kept, so that neither a crash of this instance nor one of the connection loses a line
 * or an end.
 */
export interface NodeChannel extends Channel {
  resume(key: AttemptKey, report: Report): void
  /** Under which lease the next order of this key goes, or an attempt goes on. */
  expect(executionId: string, onNode: OnNode): void
  /** No order goes out under it any more. */
  unexpect(executionId: string, onNode: OnNode): void
  heard(node: string, news: News): void
  connected(connected: Connected): void
  /** `leases`: of what the node has lost; null for all that it had. */
  lost(lost: { node: string; leases: readonly string[] | null; why: string }): void
}

const keyOf = ({ executionId, fence }: AttemptKey) => `${executionId}/${fence}`

export function createNodeChannel(options: NodeChannelOptions): NodeChannel {
  const { clock, reservations } = options
  const expected = new Map<string, OnNode>()
  const attempts = new Map<string, Attempt>()

  function begin(key: AttemptKey, report: Report, stage: Stage): Attempt {
    const id = keyOf(key)
    const onNode = expected.get(id)!
    expected.delete(id)
    const attempt: Attempt = {
      ...{ executionId: key.executionId, fence: key.fence, report, onNode, stage, offeredAt: clock.monotonic() },
      ...{ number: stage === 'offered' ? 0 : null, confirmed: 0, lines: 0, cancelled: null },
      ...{ early: [], timer: null, confirming: null, asking: null },
      ...{ heardAt: clock.monotonic(), asks: 0, isCounting: false, isCounted: stage === 'offered' },
    }
    attempts.set(id, attempt)
    return attempt
  }

  function tellToStop({ executionId, fence, onNode }: Attempt, reason: string) {
    options.send(onNode.node, { kind: 'cancel', executionId, fence, reason })
  }

  function confirm(attempt: Attempt, number: number) {
    const { executionId, fence, onNode } = attempt
    attempt.confirmed = Math.max(attempt.confirmed, number)
    options.send(onNode.node, { kind: 'got', executionId, fence, number })
  }

  function leave(attempt: Attempt) {
    attempt.stage = 'over'
    attempt.timer?.cancel()
    attempt.confirming?.cancel()
    attempt.asking?.cancel()
    attempts.delete(keyOf(attempt))
  }

  /** It does not begin there. Whoever began all the same hears that it is to stop. */
  function giveUp(attempt: Attempt, code: string, why: string) {
    leave(attempt)
    tellToStop(attempt, why)
    options.onFailed({ node: attempt.onNode.node, executionId: attempt.executionId, code })
    attempt.report.refused('busy', why)
  }

  function lose(attempt: Attempt, why: string) {
    leave(attempt)
    tellToStop(attempt, why)
    attempt.report.lost(why)
  }

  async function commit(attempt: Attempt) {
    const { lease, leaseFence: fence, node } = attempt.onNode
    const until = clock.monotonic() + COMMIT_PATIENCE_MS
    attempt.stage = 'committing'
    attempt.timer?.cancel()
    attempt.timer = null
    for (;;) {
      try {
        const answer = await reservations.commit({ node, lease, fence }, options.runTtlMs)
        if (attempt.stage !== 'committing') return
        if (answer.outcome === 'ok') run(attempt)
        else giveUp(attempt, 'EPOCH_CHANGED', say`The room that it had on node ${node} was given to others by then.`)
        return
      } catch (error) {
        if (!RotaError.is(error)) throw error
        if (attempt.stage !== 'committing') return
        if (clock.monotonic() >= until) return giveUp(attempt, 'STORE_UNAVAILABLE', error.message)
        await new Promise<void>((resolve) => clock.after(COMMIT_PAUSE_MS, resolve))
      }
    }
  }

  function run(attempt: Attempt) {
    attempt.stage = 'running'
    const { executionId: id, onNode, offeredAt } = attempt
    options.onAcked({ id, node: onNode.node, ms: clock.monotonic() - offeredAt })
    attempt.report.acked()
    if (attempt.cancelled !== null) tellToStop(attempt, attempt.cancelled)
    for (const news of attempt.early.splice(0)) take(attempt, news)
    confirmSoon(attempt)
    askLater(attempt)
  }

  /** A frame may get lost between instances, and a node may have stopped it by mistake: then nobody else would notice. */
  function askLater(attempt: Attempt) {
    if (attempt.stage !== 'running') return
    const inMs = Math.min(ASK_AFTER_MS * 2 ** attempt.asks, ASK_LONGEST_MS)
    attempt.asking?.cancel()
    attempt.asking = clock.after(inMs, () => {
      if (clock.monotonic() - attempt.heardAt >= inMs) {
        attempt.asks++
        void askToResume(attempt)
      }
      askLater(attempt)
    })
  }

  function takeLines(attempt: Attempt, { from, lines }: Extract<AttemptNews, { kind: 'lines' }>) {
    const known = Math.max(0, attempt.lines - from)
    attempt.lines = Math.max(attempt.lines, from + lines.length)
    const fresh = known === 0 ? lines : lines.slice(known)
    if (fresh.length === 0 || attempt.report.lines([...fresh])) return
    const { executionId, fence, onNode } = attempt
    options.send(onNode.node, { kind: 'hold', executionId, fence })
    void attempt.report.drained().then(() => {
      if (attempt.stage === 'running') options.send(onNode.node, { kind: 'go_on', executionId, fence })
    })
  }

  function confirmSoon(attempt: Attempt) {
    attempt.confirming ??= clock.after(CONFIRM_AFTER_MS, async () => {
      const number = attempt.number ?? 0
      await options.flush(attempt.executionId)
      attempt.confirming = null
      if (attempt.stage === 'running' && number > attempt.confirmed) confirm(attempt, number)
    })
  }

  async function end(attempt: Attempt, { number }: News, outcome: Extract<AttemptNews, { kind: 'ended' }>['outcome']) {
    const { report } = attempt
    leave(attempt)
    await report.ended(outcome)
    await options.settled()
    confirm(attempt, number)
  }

  function take(attempt: Attempt, frame: News) {
    const { number } = frame
    if (attempt.isCounting || comesTooSoon(attempt, frame.news)) return
    // It has been taken before, or something before it has not come yet: either is said again.
    if (attempt.number !== null && number !== attempt.number + 1 + attempt.early.length) {
      if (number <= attempt.confirmed) confirm(attempt, attempt.confirmed)
      return
    }
    if (attempt.stage === 'committing') {
      attempt.early.push(frame)
      return
    }
    attempt.number = number
    attempt.asks = 0
    if (attempt.stage === 'offered') answered(attempt, frame)
    else told(attempt, frame)
  }

  function answered(attempt: Attempt, { news, number }: News) {
    if (news.kind === 'acked') void commit(attempt)
    else if (news.kind === 'refused') {
      leave(attempt)
      const { onNode, executionId, report } = attempt
      options.onFailed({ node: onNode.node, executionId, code: news.refusal })
      // Should it get lost, the node asks for it by saying it once more.
      confirm(attempt, number)
      report.refused(news.refusal === 'unsupported' ? 'busy' : news.refusal, news.why)
    }
  }

  function told(attempt: Attempt, frame: News) {
    const { news } = frame
    const { report } = attempt
    if (news.kind === 'ended') {
      void end(attempt, frame, news.outcome)
      return
    }
    if (news.kind === 'lines') takeLines(attempt, news)
    else if (news.kind === 'progress') report.progress(news.percent, news.message)
    else if (news.kind === 'unfinished') report.unfinished(news.line)
    confirmSoon(attempt)
  }

  async function askToResume(attempt: Attempt) {
    const { executionId, fence, onNode } = attempt
    attempt.isCounting = true
    const kept = await options.flush(executionId)
    if (!attempt.isCounted) attempt.lines = Math.max(0, kept - onNode.linesBefore)
    Object.assign(attempt, { isCounting: false, isCounted: true, number: null })
    if (attempt.stage === 'running') {
      options.send(onNode.node, { kind: 'resume', executionId, fence, owner: options.instanceId, lines: attempt.lines })
    }
  }

  return {
    ...expecting(expected),
    offer(order: Order, report) {
      const attempt = begin(order, report, 'offered')
      const { node, lease } = attempt.onNode
      const beginWithinMs = order.deadline === null ? null : Math.max(0, order.deadline - clock.now())
      attempt.timer = clock.after(options.ackTimeoutMs, () =>
        giveUp(attempt, 'ACK_TIMEOUT', say`Node ${node} did not answer within ${options.ackTimeoutMs} ms.`),
      )
      options.send(node, { kind: 'order', order, lease, owner: options.instanceId, beginWithinMs })
    },
    cancel(executionId, fence, reason) {
      const attempt = attempts.get(keyOf({ executionId, fence }))
      if (attempt === undefined) return
      attempt.cancelled = reason
      tellToStop(attempt, reason)
    },
    forget(executionId, fence) {
      const attempt = attempts.get(keyOf({ executionId, fence }))
      if (attempt !== undefined) leave(attempt)
    },
    resume(key, report) {
      const attempt = begin(key, report, 'running')
      const { node, waits } = attempt.onNode
      if (!waits) {
        attempt.timer = clock.after(options.patienceMs, () =>
          lose(attempt, say`Node ${node} did not come back after its server was gone.`),
        )
      }
      void askToResume(attempt)
      askLater(attempt)
    },
    heard(node, news) {
      const attempt = attempts.get(keyOf(news))
      if (attempt === undefined || attempt.onNode.node !== node) {
        // Nobody waits for it any more: it was given up, or ended before. It need not be kept, nor go on.
        const { executionId, fence, number } = news
        options.send(node, { kind: 'got', executionId, fence, number })
        if (news.news.kind === 'acked') {
          const reason = say`Its execution was given to somebody else, because the answer came too late.`
          options.send(node, { kind: 'cancel', executionId, fence, reason })
        }
        return
      }
      if (attempt.stage === 'running') {
        attempt.timer?.cancel()
        attempt.timer = null
        attempt.heardAt = clock.monotonic()
      }
      take(attempt, news)
    },
    connected({ node, running }) {
      const there = new Set(running.map(keyOf))
      for (const attempt of [...attempts.values()]) {
        if (attempt.onNode.node !== node || attempt.stage === 'offered' || attempt.stage === 'committing') continue
        if (!there.has(keyOf(attempt))) {
          lose(attempt, say`Node ${node} was started anew and does not have it any more.`)
          continue
        }
        attempt.timer?.cancel()
        attempt.timer = null
        void askToResume(attempt)
        if (attempt.cancelled !== null) tellToStop(attempt, attempt.cancelled)
      }
    },
    lost({ node, leases, why }) {
      const gone = leases === null ? null : new Set(leases)
      for (const attempt of [...attempts.values()]) {
        const { onNode } = attempt
        if (onNode.node !== node || (gone !== null && !gone.has(onNode.lease))) continue
        // A node that is away may come back; what it says it has lost, it has.
        if (gone !== null || !onNode.waits) lose(attempt, why)
      }
    },
  }
}

/** Whether lines before it have not come. Where numbers follow each other none can be missing. */
function comesTooSoon({ number, lines, asks }: Attempt, news: AttemptNews): boolean {
  if (number !== null || asks >= MOST_ASKS) return false
  if (news.kind === 'lines') return news.from > lines
  return news.kind === 'ended' && news.lines !== undefined && news.lines > lines
}

/** Leases under which orders are about to go out. */
function expecting(expected: Map<string, OnNode>): Pick<NodeChannel, 'expect' | 'unexpect'> {
  return {
    expect: (executionId, onNode) => void expected.set(keyOf({ executionId, fence: onNode.fence }), onNode),
    unexpect(executionId, onNode) {
      const id = keyOf({ executionId, fence: onNode.fence })
      if (expected.get(id)?.lease === onNode.lease) expected.delete(id)
    },
  }
}
