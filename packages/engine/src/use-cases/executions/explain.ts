import {
  type Counterfactual,
  type Decision,
  describeReason,
  type ExecutionView,
  type Json,
  type PlacementRequest,
  place,
  placementFacts,
  type Snapshot,
  say,
  translate,
} from '@rota/core'
import { shownLimit } from '../../planning/limits.ts'
import type { Waiting } from '../../ports/details.ts'
import type { OnNode, Shortage } from '../../ports/placer.ts'

interface Explanation {
  summary: { en: string; zh: string }
  facts: Record<string, Json>
}

const both = (en: string) => ({ en, zh: translate(en, 'zh') })

/** What is known of an execution that has not started; `shortage` where it is in this instance's hands and finds no place. */
export interface Waits extends Waiting {
  shortage: Shortage | null
}

interface Known {
  /** Null once it has ended. */
  waiting: Waits | null
  /** Where it runs or ran, if that is a node: JSON of OnNode. */
  placed: string | null
  /** When the node said so, while that is not kept; epoch ms. */
  ackedAt: number | null
}

/** Why an execution waits, was skipped, was late or failed, in plain words. */
export function explainExecution(view: ExecutionView, { waiting, placed, ackedAt }: Known, now: number): Explanation {
  const facts: Record<string, Json> = {
    status: view.status,
    trigger: view.trigger,
    scheduled_at: view.scheduled_at,
    jittered_at: view.jittered_at,
    started_at: view.started_at,
    lateness_ms: view.lateness_ms,
    attempt: view.attempt,
    max_attempts: view.max_attempts,
  }
  if (waiting !== null) {
    facts.state = waiting.state
    facts.run_at = new Date(waiting.runAt).toISOString()
    facts.ahead = waiting.ahead
    const { shortage } = waiting
    if (shortage !== null) facts.place = { line: shortage.line, max: shortage.max }
    if (shortage?.decision) facts.placement = placementFacts(shortage.decision)
    if (waiting.limit) {
      const limit = waiting.blockedBy!.startsWith('task:') ? 'task' : shownLimit(waiting.blockedBy!)
      facts.limit = { name: limit, ...waiting.limit }
    }
  }
  if (placed !== null) facts.placement = placementOf(view, { ackedAt, ...(JSON.parse(placed) as OnNode) })
  if (view.covers) facts.covers = { ...view.covers }
  return { summary: summaryOf(view, waiting, now), facts }
}

/** How its node was found, and the steps to there and from there. */
function placementOf(
  view: ExecutionView,
  { node, lease, why, ackedAt }: Omit<OnNode, 'ackedAt'> & Pick<Known, 'ackedAt'>,
): Json {
  const { started_at, finished_at } = view
  const { replay, ...known } = why as Record<string, Json>
  const steps = [
    ...(known.steps as Json[]),
    ...(started_at === null ? [] : [{ step: 'DISPATCHED', at: started_at }]),
    ...(ackedAt === null ? [] : [{ step: 'ACKED', at: new Date(ackedAt).toISOString() }]),
    ...(finished_at === null ? [] : [{ step: 'DONE', at: finished_at }]),
  ]
  return { ...known, node, lease, steps, replays: replaysAs(replay, known.chosen) }
}

/** Whether the same decision comes of what it was made from; null where that was too much to keep. */
function replaysAs(replay: Json | undefined, chosen: Json | undefined): boolean | null {
  if (replay === null || replay === undefined) return null
  const { request, snapshot, seed } = replay as unknown as Replay
  return place(request, snapshot, seed).chosen.includes(chosen as string)
}

interface Replay {
  request: PlacementRequest
  snapshot: Snapshot
  seed: number
}

function summaryOf(view: ExecutionView, waiting: Waits | null, now: number) {
  switch (view.status) {
    case 'pending':
      return both(waiting ? whyPending(view, waiting, now) : say`It is about to start.`)
    case 'running':
      return both(say`It has been running since ${view.started_at ?? ''}.`)
    case 'skipped':
      return both(whySkipped(view))
    case 'failed':
      return both(whyFailed(view))
    case 'cancelled':
      return both(view.reason ? say`It was cancelled: ${view.reason}.` : say`It was cancelled by request.`)
    case 'success':
      return both(whenSucceeded(view))
  }
}

function whyPending(view: ExecutionView, waiting: Waits, now: number): string {
  if (waiting.state === 'blocked' && waiting.limit) {
    const { max, holders } = waiting.limit
    const who = holders.join(', ')
    if (waiting.blockedBy!.startsWith('task:')) {
      return say`It waits because the task may run ${max} at once and that many run now: ${who}. ${waiting.ahead} wait before it.`
    }
    const limit = shownLimit(waiting.blockedBy!).replace(/^key:/, '')
    if (holders.length === 0) {
      return say`It waits for the limit "${limit}" (${max} at once), which others hold. ${waiting.ahead} wait before it.`
    }
    return say`It waits for the limit "${limit}" (${max} at once), held by ${who}. ${waiting.ahead} wait before it.`
  }
  if (waiting.blockedBy?.startsWith('node:')) {
    return say`It is due and waits for a node with room; ${waiting.ahead} wait before it.`
  }
  if (waiting.runAt > now) {
    const at = new Date(waiting.runAt).toISOString()
    return view.attempt > 1 ? say`Attempt ${view.attempt} starts at ${at}.` : say`It is due at ${at}.`
  }
  const { shortage, ahead } = waiting
  if (shortage?.decision) return whyUnplaced(shortage.decision)
  if (shortage?.line === 'processes') {
    return say`It is due and waits for a free place on this server: ${shortage.max} programs run, which is all that may at once.`
  }
  if (shortage !== null) {
    return say`It is due and waits for a free place on this server: ${shortage.max} calls run, which is all that may at once.`
  }
  return say`It is due and waits for a free place on this server; ${ahead} come before it.`
}

/** Why no node can have it now, and what would let one. */
function whyUnplaced({ reason, explanation: { counterfactuals } }: Decision): string {
  const { text } = describeReason(reason ?? 'FULL')
  const [nearest] = counterfactuals
  if (nearest === undefined) return say`It is due and waits for a node: ${text}`
  return say`It is due and waits for a node: ${text} ${WITHOUT[nearest.dropped](nearest.nodes)}`
}

/** What would fit without one of its wishes. */
const WITHOUT: Readonly<Record<Counterfactual['dropped'], (nodes: number) => string>> = {
  capacity: (nodes) => say`${nodes} nodes fit, and none of them has room now.`,
  pool: (nodes) => say`In any pool ${nodes} nodes would fit.`,
  node_id: (nodes) => say`Without naming the node ${nodes} would fit.`,
  selector: (nodes) => say`Without its label selector ${nodes} nodes would fit.`,
  capability: (nodes) => say`Without its capability ${nodes} nodes would fit.`,
  languages: (nodes) => say`Without its languages ${nodes} nodes would fit.`,
  model: (nodes) => say`Without its model ${nodes} nodes would fit.`,
  type: (nodes) => say`Work of another type would fit on ${nodes} nodes.`,
  handler: (nodes) => say`Another function would fit on ${nodes} nodes.`,
}

function whySkipped(view: ExecutionView): string {
  const n = view.covers?.count ?? 1
  switch (view.reason) {
    case 'overlap':
      return say`It was skipped because an earlier execution of the task was still running and its overlap policy is "skip".`
    case 'replaced':
      return say`It was skipped because a newer execution took its place.`
    case 'misfire':
      return say`It was skipped because it could not start within its grace time and the misfire policy is "skip" (${n} in all).`
    case 'missed':
      return say`These ${n} occurrences were missed while no server ran and are beyond the number that is made up.`
    case 'paused':
      return say`The task was paused (${n} occurrences).`
    default:
      return view.reason ? say`It was skipped: ${view.reason}.` : say`It was skipped; no reason was recorded.`
  }
}

function whyFailed(view: ExecutionView): string {
  const { attempt, failure, exit_code: code } = view
  if (failure === 'exit_code' && code !== null) {
    return attempt > 1
      ? say`It failed after ${attempt} attempts: the program ended with exit code ${code}.`
      : say`It failed: the program ended with exit code ${code}.`
  }
  const detail = view.error ?? say`No detail was recorded.`
  return attempt > 1 ? say`It failed after ${attempt} attempts: ${detail}` : say`It failed: ${detail}`
}

function whenSucceeded(view: ExecutionView): string {
  const late = view.lateness_ms ?? 0
  if (view.covers) {
    return say`It succeeded and stands for ${view.covers.count} occurrences from ${view.covers.from} to ${view.covers.to}.`
  }
  return late >= 1000 ? say`It succeeded, ${(late / 1000).toFixed(1)} s late.` : say`It ran in time and succeeded.`
}
