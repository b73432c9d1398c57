// Long because: it alone knows all parts and puts them together.
import { hostname } from 'node:os'
import {
  type Clock,
  createExecutionDefaults,
  createIds,
  type ExecutionDefaultSettings,
  say,
  systemClock,
} from '@rota/core'
import type { Executor } from '@rota/executors'
import type { Actor, Engine, EngineEvent, EngineStatus, InstanceView } from './api.ts'
import { createCanceller } from './duties/canceller.ts'
import { createClockWatch } from './duties/clock-watch.ts'
import { createCompleter } from './duties/completer.ts'
import { createDispatcher, type Dispatcher } from './duties/dispatcher.ts'
import { createEnqueuer } from './duties/enqueuer.ts'
import { createFencing } from './duties/fencing.ts'
import { createHinter } from './duties/hinter.ts'
import { createLanes, type LaneLimits } from './duties/lanes.ts'
import { createLeaseKeeper, leaseTerms } from './duties/lease-keeper.ts'
import { createListener } from './duties/listener.ts'
import { type Duty, LONGEST_SLEEP_MS } from './duties/loop.ts'
import { createOwnLease } from './duties/own-lease.ts'
import { createPlanner } from './duties/planner.ts'
import { createPruner, type Retention } from './duties/pruner.ts'
import { createPulse } from './duties/pulse.ts'
import { createRescuer } from './duties/rescuer.ts'
import { createRoller } from './duties/roller.ts'
import { createRunner } from './duties/runner.ts'
import { createSkipTeller } from './duties/skip-teller.ts'
import { createMemoryHub } from './hot/memory/open.ts'
import { createGauge } from './lateness-gauge.ts'
import { createLimits, type LimitSettings } from './planning/limits.ts'
import { DEFAULT_PRIORITY_STEP_MS } from './planning/rank.ts'
import type { HotParts } from './ports/hot.ts'
import type { StoreParts } from './ports/store.ts'
import type { UseCaseContext } from './use-cases/context.ts'
import { createExecutions } from './use-cases/executions.ts'
import { createSchedules } from './use-cases/schedules.ts'
import { startTasksAtStart } from './use-cases/start-tasks.ts'
import { createTasks } from './use-cases/tasks.ts'
import { instanceView } from './views/instance-view.ts'
import { createReads } from './views/reads.ts'
import { createWorkbook } from './work.ts'

/** How an engine is set up. Durations in milliseconds; everything but store and executors has a default. */
export interface EngineOptions {
  store: StoreParts
  executors: ReadonlyMap<string, Executor>
  /** What instances share beside the store. Default: in memory, for one that is alone in its process. */
  hot?: HotParts
  clock?: Clock
  /** Zone of tasks that name none. Default UTC. */
  defaultTimezone?: string
  /** Attempts that may run at once here. Default 64 processes, 2,000 calls. */
  lanes?: Partial<LaneLimits>
  /** How far ahead occurrences are written. Default 5,000. */
  horizonMs?: number
  /** How long before its instant an execution is claimed. Default 2,500. */
  prefetchMs?: number
  /** Executions claimed and not started, at most. Default 100,000. */
  mostHeld?: number
  /**
   * How long an instance may be silent before its work is taken over. Default 4,000 where there can be other
   * instances: they look eight times in that time, so that takeover begins within about five seconds. Else 15,000.
   */
  leaseMs?: number
  /**
   * How long the loop may stand still before its lease is given up, where a thread renews it meanwhile. Default 30,000.
   */
  loopDeadMs?: number
  /** How often the dispatcher looks for work that nobody told it of. Default 1,000. */
  pollMs?: number
  /** How long a duty sleeps at most without looking at the wall clock. Default 5,000. */
  longestSleepMs?: number
  /** Executions that may run at once, over all and by group. Default: no limit. */
  limits?: Partial<LimitSettings>
  /** What tasks and jobs take that say nothing of time limit, retry and executions at once. */
  execution?: ExecutionDefaultSettings
  /** Head start of one step of priority. Default 60,000. */
  priorityStepMs?: number
  /** Claims after which an execution that kills its server each time is given up. Default 5. */
  poisonAfter?: number
  /** Whether tasks that run at the boot of the machine run at the start of this engine. Default false. */
  isFirstStartSinceBoot?: boolean
  /** How long history, jobs and deleted tasks are kept. */
  retention?: Partial<Retention>
  version?: string
  /** Random numbers in [0, 1) for retry jitter, and bytes for ids. */
  random?: () => number
  randomBytes?: (target: Uint8Array<ArrayBuffer>) => unknown
}

/** How long those who are gone are still shown. */
const SHOWN_AFTER_MS = 600_000
/** How often lines of blocked rows get another chance: nothing should need it. */
const NUDGE_MS = 5_000

const SYSTEM: Actor = { name: null, tenantId: null }

/** Puts ports, duties and use-cases together. Nothing happens before `start()`, but use-cases work at once. */
export function createEngine(options: EngineOptions): Engine {
  const { store, executors } = options
  const clock = options.clock ?? systemClock
  const random = options.random ?? Math.random
  const priorityStepMs = options.priorityStepMs ?? DEFAULT_PRIORITY_STEP_MS
  const others = !store.capabilities.exclusive
  const hot = options.hot ?? createMemoryHub(clock).join()
  const leaseMs = options.leaseMs ?? (others ? 4000 : 15_000)
  const pollMs = options.pollMs ?? 1000
  const longestSleepMs = options.longestSleepMs ?? LONGEST_SLEEP_MS
  const nextId = createIds(() => clock.now(), options.randomBytes)
  const instanceId = nextId()
  const startedAt = clock.now()
  const listeners = new Set<(event: EngineEvent) => void>()
  const lateness = createGauge()
  let state: EngineStatus['state'] = 'stopped'
  let hasStopped = false

  const watch = createClockWatch(clock)
  const pulse = createPulse((event) => {
    if (event.type === 'execution_started') lateness.add(event.latenessMs)
    for (const listener of listeners) listener(event)
  })
  const limits = createLimits(options.limits)
  const defaults = createExecutionDefaults(options.execution)
  const workbook = createWorkbook(store.tasks, defaults)
  const tellOfSkipped = createSkipTeller({ workbook, pulse })
  const lanes = createLanes({ processes: 64, calls: 2000, ...options.lanes })

  const hinter = createHinter({ clock, hints: hot.hints })

  // The dispatcher, the runner and the completer know of each other; the first to be asked is made last.
  let dispatcher: Dispatcher
  const completer = createCompleter({
    clock,
    executions: store.executions,
    pulse,
    // Where others write beside us, ends hold up nobody.
    isStarting: () => store.capabilities.exclusive && dispatcher.isStarting,
    onFreed: () => dispatcher.expectFrom(clock.now()),
    onRetries: (retries) => dispatcher.expect(retries),
    onFenced: (attempts) => fencing.note(attempts),
  })
  const fencing = createFencing({ clock, executions: store.executions, instanceId, pulse })
  const runner = createRunner({
    clock,
    executors,
    logs: store.logs,
    tails: store.tails,
    completer,
    pulse,
    random,
    priorityStepMs,
    onEnded: (held) => dispatcher.placeFreed(held),
  })
  dispatcher = createDispatcher({
    clock,
    executions: store.executions,
    workbook,
    runner,
    lanes,
    completer,
    pulse,
    instanceId,
    prefetchMs: options.prefetchMs ?? 2500,
    mostHeld: options.mostHeld ?? 100_000,
    pollMs,
    longestSleepMs,
    isSure: () => keeper.isSure(),
    onFull: () => hinter.work(clock.now()),
    onElsewhere: hinter.cancel,
    onSkipped: tellOfSkipped,
  })
  const planner = createPlanner({
    clock,
    executions: store.executions,
    tasks: store.tasks,
    nextId,
    limits,
    defaults,
    horizonMs: options.horizonMs ?? 5000,
    place: () => keeper.place,
    priorityStepMs,
    longestSleepMs,
    pulse,
    onPlanned: (rows) => dispatcher.expect(rows),
    onActivated: (until) => dispatcher.expectFrom(clock.now(), until),
    onSkipped: tellOfSkipped,
    onUnreadable: (scheduleId, error) =>
      pulse.emit({ type: 'degraded', reason: `schedule ${scheduleId} cannot be planned: ${String(error)}` }),
  })
  const terms = leaseTerms(leaseMs, options.loopDeadMs ?? 30_000)
  const keeper = createLeaseKeeper({
    clock,
    lease: store.lease?.(terms) ?? createOwnLease(clock, store.executions, terms),
    terms,
    executions: store.executions,
    queries: store.queries,
    instance: { id: instanceId, hostname: hostname(), pid: process.pid, version: options.version ?? '', startedAt },
    onStep: lookAtClock,
    report: () => ({ state: currentState(), running: runner.size, waiting: dispatcher.held }),
    others,
    pulse,
    onRegained: giveUpWhatOthersHave,
  })
  const enqueuer = createEnqueuer({
    clock,
    executions: store.executions,
    pulse,
    takeNew: dispatcher.takeNew,
    onEnqueued: (rows) => {
      dispatcher.expect(rows)
      planner.wake()
      if (state === 'running' && dispatcher.takesWork) return
      hinter.work(rows.reduce((earliest, { runAt }) => Math.min(earliest, runAt), Number.POSITIVE_INFINITY))
    },
  })

  const context: UseCaseContext = {
    clock,
    nextId,
    tasks: store.tasks,
    executions: store.executions,
    details: store.details,
    queries: createReads(store.queries, clock, defaults),
    logs: store.logs,
    tails: store.tails,
    elsewhere: others ? { relay: hot.tailRelay, pollMs } : null,
    isRunningHere: runner.isRunning,
    executors,
    defaultTimezone: options.defaultTimezone ?? 'UTC',
    priorityStepMs,
    limits,
    defaults,
    emit: pulse.emit,
    enqueue: enqueuer.add,
    replan: planner.wake,
    expectFrom: dispatcher.expectFrom,
    withhold: dispatcher.withhold,
    drop(seqs) {
      dispatcher.drop(seqs)
      if (others) hinter.cancel()
    },
    cancelHere: (seq, reason) => dispatcher.cancel(seq, reason) || hinter.cancel(),
    progressOf: runner.progressOf,
  }
  const tasks = createTasks(context, (actor, id) => executions.cancel(actor, id))
  const executions = createExecutions(context, (actor, id, overrides) =>
    tasks.run(actor, id, overrides === null ? {} : JSON.parse(overrides)),
  )

  const rescuer = createRescuer({
    clock,
    executions: store.executions,
    workbook,
    pulse,
    random,
    priorityStepMs,
    poisonAfter: options.poisonAfter ?? 5,
    instanceId,
    others,
    periodMs: others ? leaseMs / 8 : leaseMs / 3,
    nudgeMs: others ? NUDGE_MS : leaseMs / 3,
    mayJudge: () => keeper.mayJudge(),
    onPoison: (taskSeq) => void quarantine(taskSeq),
    onRequeued: () => dispatcher.expectFrom(clock.now()),
  })
  const isOurs = () => keeper.place === 0
  const roller = createRoller({ clock, upkeep: store.upkeep, pulse, isOurs })
  const pruner = createPruner({
    clock,
    upkeep: store.upkeep,
    pulse,
    retention: options.retention ?? {},
    isOurs,
    onPruned: (ids) => store.logs.remove(ids),
  })
  const duties: Duty[] = [rescuer, planner, dispatcher, roller, pruner]
  const canceller =
    store.cancellations &&
    createCanceller({
      clock,
      cancellations: store.cancellations,
      instanceId,
      pollMs,
      pulse,
      cancel: dispatcher.cancel,
      cancelUnstarted: dispatcher.cancelUnstarted,
    })

  const listener = createListener({
    ...{ clock, hot, logs: store.logs, tails: store.tails, isRunning: runner.isRunning },
    onWork: (runAt) => dispatcher.expectFrom(runAt),
    onCancel: () => canceller?.wake(),
  })

  function currentState(): EngineStatus['state'] {
    return state === 'running' && pulse.trouble !== null ? 'degraded' : state
  }

  /**
   * Others may have taken this instance for dead. What it holds goes back and is claimed anew; what it runs and somebody
   * else has taken over is stopped. Its results would be refused in any case.
   */
  function giveUpWhatOthersHave(silentMs: number) {
    fencing.lapsed(silentMs, dispatcher.held)
    dispatcher.giveBackAll()
    dispatcher.wake()
    void endWhatOthersRun()
  }

  async function endWhatOthersRun() {
    try {
      const lost = await store.executions.lost(runner.claims())
      const reason = say`another server has taken it over, because this one was silent for too long`
      fencing.note(lost.flatMap((seq) => runner.abandon(seq, reason) ?? []))
    } catch (error) {
      const pauseMs = pulse.storeFailed(error)
      if (state !== 'stopped') clock.after(pauseMs, () => void endWhatOthersRun())
    }
  }

  function thisInstance(): InstanceView {
    return {
      id: instanceId,
      hostname: hostname(),
      pid: process.pid,
      version: options.version ?? '',
      state: currentState(),
      started_at: new Date(startedAt).toISOString(),
      heartbeat_at: new Date(clock.now()).toISOString(),
      running: runner.size,
      waiting: dispatcher.held + completer.backlog,
    }
  }

  async function knownInstances(): Promise<InstanceView[]> {
    const now = clock.now()
    const known = await store.queries.instances(now - SHOWN_AFTER_MS)
    return known.map((one) => (one.id === instanceId ? thisInstance() : instanceView(one, now)))
  }

  /** A task that kills its server again and again is paused until somebody looks at it. */
  async function quarantine(taskSeq: number) {
    try {
      const [task] = await store.tasks.bySeqs([taskSeq])
      if (task) await tasks.pause(SYSTEM, task.id)
    } catch (error) {
      pulse.storeFailed(error)
    }
  }

  function lookAtClock() {
    const byMs = watch.look()
    if (byMs > 0) pulse.emit({ type: 'clock_set_back', byMs })
  }

  async function prepare() {
    for (const { heartbeatAt } of await store.queries.instances(0)) watch.seen(heartbeatAt)
    lookAtClock()
    await keeper.renew()
    // Nobody else can hold a claim in a store that only we can open: what is claimed was claimed by the dead, even
    // where their leases seem to last because the clock was set back since.
    if (store.capabilities.exclusive) await rescuer.rescue(Number.MAX_SAFE_INTEGER)
    await store.executions.enqueue([], { now: clock.now(), keys: limits.configured })
    await startTasksAtStart(context, options.isFirstStartSinceBoot ?? false)
  }

  return {
    tasks,
    executions,
    schedules: createSchedules(context),
    stats: context.queries.stats,
    overviews: context.queries.overviews,
    ledger: (actor, filter) => context.queries.ledger(filter, actor.tenantId),
    gauges: () => context.queries.gauges(),
    backup: (folder, progress) => store.backup(folder, progress),
    status() {
      const { behind } = watch
      return {
        state: currentState(),
        reason: pulse.trouble,
        instance_id: instanceId,
        started_at: new Date(startedAt).toISOString(),
        running: runner.size,
        waiting: dispatcher.held + completer.backlog,
        lateness_ms: lateness.summary(),
        event_loop_delay_ms: lateness.loopDelay(),
        store: { kind: store.kind, location: store.location },
        clock_behind: behind && { ms: behind.ms, noticed_at: new Date(behind.noticedAt).toISOString() },
      }
    },
    instances: () => (others ? knownInstances() : Promise.resolve([thisInstance()])),
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async start() {
      if (hasStopped) throw new Error(say`An engine that was stopped cannot be started again. Create a new one.`)
      if (state !== 'stopped') return
      state = 'starting'
      try {
        await prepare()
      } catch (error) {
        state = 'stopped'
        throw error
      }
      lateness.start()
      for (const duty of [keeper, ...duties]) duty.start()
      canceller?.start()
      if (others) listener.start()
      state = 'running'
    },
    async stop({ graceMs = 10_000 } = {}) {
      if (state === 'stopped') return
      state = 'draining'
      hasStopped = true
      keeper.wake()
      await Promise.all(duties.map((duty) => duty.stop()))
      dispatcher.release()
      await runner.drain(graceMs)
      await completer.drained()
      await canceller?.stop()
      listener.stop()
      hinter.stop()
      fencing.stop()
      // Last, so that nobody takes over what is still running out.
      await keeper.stop()
      await keeper.resign().catch(() => undefined)
      lateness.stop()
      state = 'stopped'
    },
  }
}
