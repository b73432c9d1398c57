import { type Caller, SYSTEM } from '@rota/core'
import type { Executions } from '../api/executions.ts'
import type { Schedules } from '../api/schedules.ts'
import type { Tasks } from '../api/tasks.ts'
import type { UseCaseContext } from '../use-cases/context.ts'
import { createExecutions } from '../use-cases/executions/executions.ts'
import { createPolicyGuard } from '../use-cases/policy-guard.ts'
import { createSchedules } from '../use-cases/schedules.ts'
import { createTasks } from '../use-cases/tasks/tasks.ts'
import { createReads } from '../views/reads.ts'
import type { Ground } from './ground.ts'
import type { Instance } from './instance.ts'
import type { Line } from './line.ts'
import type { EngineSettings } from './options.ts'

/** What people ask for. */
export interface People {
  context: UseCaseContext
  tasks: Tasks
  executions: Executions
  schedules: Schedules
}

export function createPeople(settings: EngineSettings, ground: Ground, { hinter }: Instance, line: Line): People {
  const context = contextOf(settings, ground, { hinter, line })
  // Whoever may end a task may end what runs of it.
  const tasks = createTasks(context, (caller, id) => executions.cancel(inNameOf(caller), id))
  const executions = createExecutions(context, (caller, id, overrides) =>
    tasks.run(caller, id, overrides === null ? {} : JSON.parse(overrides)),
  )

  // A task that kills its server again and again is paused until somebody looks at it.
  ground.signals.poisoned.hear((taskSeq) => {
    const pause = async () => {
      const [task] = await ground.tasks.bySeqs([taskSeq])
      if (task) await tasks.pause(SYSTEM, task.id)
    }
    void pause().catch((error) => ground.pulse.storeFailed(error))
  })
  return { context, tasks, executions, schedules: createSchedules(context) }
}

/** The scheduler, as whoever has asked for it. */
function inNameOf({ name, userId, requestId, address, credential }: Caller): Caller {
  return { ...SYSTEM, name, userId, requestId, address, credential }
}

function contextOf(
  settings: EngineSettings,
  ground: Ground,
  { hinter, line }: { hinter: Instance['hinter']; line: Line },
): UseCaseContext {
  const { store, hot, isShared, executors, secrets, limits, defaults, priorityStepMs, pollMs, defaultTimezone } =
    settings
  const { clock, nextId, tasks, executions, pulse, hand } = ground
  const { dispatcher, planner, runner, enqueuer } = line
  const { details, logs, tails } = store
  return {
    ...{
      clock,
      nextId,
      tasks,
      executions,
      details,
      logs,
      tails,
      executors,
      secrets,
      defaultTimezone,
      priorityStepMs,
      limits,
      defaults,
    },
    policies: createPolicyGuard(settings.policies),
    queries: createReads(store.queries, clock, defaults),
    remote: isShared ? { relay: hot.tailRelay, pollMs } : null,
    isRunningHere: runner.isRunning,
    emit: pulse.emit,
    audit: (draft) => store.audit.add([draft]),
    enqueue: enqueuer.add,
    replan: planner.wake,
    expectFrom: dispatcher.expectFrom,
    withhold: dispatcher.withhold,
    drop(seqs) {
      dispatcher.drop(seqs)
      if (isShared) hinter.cancel()
    },
    cancelHere: (seq, reason) => dispatcher.cancel(seq, reason) || hinter.cancel(),
    progressOf: runner.progressOf,
    ackedAtOf: runner.ackedAtOf,
    shortageOf(id) {
      const held = hand.find(id)
      return held?.stage === 'waiting' ? held.shortage : null
    },
  }
}
