import { say } from '@rota/core'
import { createLocalChannel } from '../channels/local.ts'
import { createSecretChannel } from '../channels/with-secrets.ts'
import { createBounding } from '../duties/bounding.ts'
import { createCanceller } from '../duties/canceller.ts'
import { createCompleter } from '../duties/completer.ts'
import { createDispatcher } from '../duties/dispatcher.ts'
import { createEnqueuer } from '../duties/enqueuer.ts'
import { ending, type Living, together } from '../duties/life.ts'
import { createListener } from '../duties/listener.ts'
import { createPlanner } from '../duties/planner.ts'
import { type Adopted, createRescuer } from '../duties/rescuer.ts'
import { createRunner } from '../duties/runner.ts'
import { createLocalPlacer } from '../placement/local-placer.ts'
import type { Registry } from '../ports/registry.ts'
import { createAway } from './away.ts'
import type { Ground } from './ground.ts'
import type { Instance } from './instance.ts'
import type { EngineSettings } from './options.ts'

const TAKEN_OVER = say`another server has taken it over, because this one was silent for too long`
/** How often lines of blocked rows get another chance: nothing should need it. */
const NUDGE_MS = 5_000

/** What is claimed and due starts here, runs and ends. */
function createStarts(
  settings: EngineSettings,
  ground: Ground,
  { keeper, registry }: Instance & { registry: Registry },
) {
  const { store, executors, secrets, isShared, random, priorityStepMs, longestSleepMs, pollMs } = settings
  const { clock, pulse, signals, hand, workbook, executions, instanceId } = ground
  const { logs, tails } = store
  const placer = createLocalPlacer({
    ...{ executors, capacity: settings.capacity },
    channel: createSecretChannel(createLocalChannel(executors), secrets),
    onFree: signals.placeFree.tell,
  })
  // Where isShared write beside us, ends hold up nobody.
  const isStarting = () => !isShared && dispatcher.isStarting
  const completer = createCompleter({ clock, executions, pulse, signals, isStarting })
  const runner = createRunner({
    ...{ clock, hand, logs, tails, completer, pulse, random, priorityStepMs, poisonAfter: settings.poisonAfter },
    bound: createBounding(settings.policies),
  })
  const away = createAway(settings, ground, { registry, completer })
  const dispatcher = createDispatcher({
    ...{
      clock,
      executions,
      workbook,
      hand,
      placer,
      nodes: away.placer,
      spread: away.spread,
      runner,
      completer,
      pulse,
      signals,
      instanceId,
    },
    ...{ pollMs, longestSleepMs, prefetchMs: settings.prefetchMs, mostHeld: settings.mostHeld },
    isSure: keeper.isSure,
  })
  signals.placeFree.hear(dispatcher.placeFreed)
  signals.added.hear(dispatcher.expect)
  signals.addedFrom.hear(({ runAt, until }) => dispatcher.expectFrom(runAt, until))
  return { completer, runner, dispatcher, away }
}

type Starts = ReturnType<typeof createStarts>

/** Where executions come from: schedules, people, and instances that are gone. */
function createSources(
  settings: EngineSettings,
  ground: Ground,
  { keeper, dispatcher, away, runner }: Instance & Starts,
) {
  const { isShared, limits, defaults, random, priorityStepMs, longestSleepMs, leaseMs, horizonMs, poisonAfter } =
    settings
  const { clock, pulse, signals, workbook, executions, tasks, nextId, instanceId } = ground
  const standing = () => keeper.standing
  return {
    planner: createPlanner({
      ...{ clock, executions, tasks, nextId, limits, defaults, priorityStepMs, longestSleepMs, pulse, signals },
      ...{ horizonMs, standing },
    }),
    enqueuer: createEnqueuer({ clock, executions, pulse, signals, takeNew: dispatcher.takeNew }),
    rescuer: createRescuer({
      ...{ clock, executions, workbook, pulse, random, priorityStepMs, instanceId, isShared, signals, poisonAfter },
      periodMs: isShared ? leaseMs / 8 : leaseMs / 3,
      nudgeMs: isShared ? NUDGE_MS : leaseMs / 3,
      mayJudge: keeper.mayJudge,
      adopt: adopter({ ground, away, runner }),
      expected: ground.hand.expected,
    }),
  }
}

/** Takes attempts on nodes in hand whose instance is gone. */
function adopter({ ground: { hand }, away, runner }: { ground: Ground } & Pick<Starts, 'away' | 'runner'>) {
  return (adopted: readonly Adopted[]) => {
    for (const { row, work, onNode, startedAt } of adopted) {
      const held = hand.take(row, work)
      held.place = away.placer.adopted(row.id, onNode)
      hand.move(held, 'offered')
      hand.move(held, 'running')
      runner.adopt(held, startedAt)
    }
  }
}

/** What other instances ask of this one. */
function createWishes(settings: EngineSettings, ground: Ground, { dispatcher, runner }: Starts) {
  const { store, hot, isShared, pollMs } = settings
  const { clock, pulse, signals, instanceId, cancellations } = ground
  const { cancel, cancelUnstarted } = dispatcher
  const { logs, tails } = store
  const canceller =
    cancellations && createCanceller({ clock, instanceId, pollMs, pulse, cancellations, cancel, cancelUnstarted })
  const listener = createListener({ clock, hot, logs, tails, signals, isRunning: runner.isRunning })
  signals.stopHere.hear(() => canceller?.wake())
  return {
    hearing: { start: () => isShared && listener.start(), stop: async () => listener.stop() } as Living,
    cancelling: { start: () => canceller?.start(), stop: async () => canceller?.stop() } as Living,
  }
}

/**
 * Others may have taken this instance for dead. What it holds goes back and is claimed anew; what it runs and somebody
 * else has taken over is stopped. Its results would be refused in any case.
 */
function giveUpWhatOthersHave({ pulse, signals, hand, executions }: Ground, parts: Instance & Starts) {
  const { fencing, dispatcher, runner } = parts
  let isOver = false

  async function endWhatOthersRun() {
    try {
      const lost = await executions.lost(runner.claims())
      fencing.note(lost.flatMap((seq) => runner.abandon(seq, TAKEN_OVER) ?? []))
    } catch (error) {
      pulse.retry(error, () => !isOver && void endWhatOthersRun())
    }
  }

  signals.regained.hear((silentMs) => {
    fencing.lapsed(silentMs, hand.unstartedCount)
    dispatcher.giveBackAll()
    dispatcher.wake()
    void endWhatOthersRun()
  })
  return ending(() => {
    isOver = true
  })
}

/** The way of an occurrence: planned or submitted, claimed, started at its instant, run, completed; rescued when need be. */
export function createLine(
  settings: EngineSettings,
  ground: Ground,
  { registry, ...instance }: Instance & { registry: Registry },
) {
  const starts = createStarts(settings, ground, { ...instance, registry })
  const { dispatcher, runner, completer } = starts
  const sources = createSources(settings, ground, { ...instance, ...starts })
  const { planner, rescuer } = sources
  let isRunning = false
  ground.signals.submitted.hear((rows) => {
    dispatcher.expect(rows)
    planner.wake()
    if (isRunning && dispatcher.takesWork) return
    instance.hinter.work(rows.reduce((earliest, { runAt }) => Math.min(earliest, runAt), Number.POSITIVE_INFINITY))
  })
  const claims: Living = {
    start() {
      isRunning = true
      dispatcher.start()
    },
    stop() {
      isRunning = false
      return dispatcher.stop()
    },
  }
  const endings = ending(async ({ graceMs }) => {
    dispatcher.release()
    await runner.drain(graceMs)
    await completer.drained()
  })
  return {
    ...starts,
    ...sources,
    /** Lets a node in. */
    connect: starts.away.connections.connect,
    /** In the order in which they are started. */
    parts: {
      ...createWishes(settings, ground, starts),
      takenOver: giveUpWhatOthersHave(ground, { ...instance, ...starts }),
      endings,
      duties: together([rescuer, planner, claims]),
      /** Nodes, which are there before anything is claimed for them, and after. */
      away: { start: starts.away.start, stop: starts.away.stop } as Living,
    },
  }
}

export type Line = ReturnType<typeof createLine>
