import type { Cancellations } from '../ports/cancellations.ts'
import type { ExecutionStore } from '../ports/executions.ts'
import type { Happened, Happening, WorkFacts } from '../ports/happenings.ts'
import type { Tails } from '../ports/tails.ts'
import type { TaskStore } from '../ports/tasks.ts'
import type { Workbook } from '../work.ts'
import type { Pulse } from './pulse.ts'
import type { Signals } from './signals.ts'

export interface HeraldOptions {
  workbook: Pick<Workbook, 'tasks'>
  pulse: Pulse
  tails: Pick<Tails, 'end'>
  signals: Pick<Signals, 'happened'>
}

/** Tells what has happened to executions: each once, and when it can be read. Nobody else does. */
export interface Herald {
  tell(happened: readonly Happening[]): void
}

const UNKNOWN: WorkFacts = { taskId: null, type: '' }

export function createHerald({ workbook, pulse, tails, signals }: HeraldOptions): Herald {
  function emit(happening: Happening, { taskId, type }: WorkFacts) {
    const { id, tenantId, trigger, attempt } = happening
    if (happening.kind === 'execution_retried') {
      pulse.emit({ type: 'execution_retried', id, taskId, tenantId, attempt, runAt: happening.runAt })
    } else {
      const { status, failure, reason, ranMs: durationMs } = happening
      const about = { id, taskId, tenantId, taskType: type, trigger, attempt }
      pulse.emit({ type: 'execution_finished', ...about, status, failure, reason, durationMs })
    }
  }

  /** What ended unrun did so without anybody here having looked at its task. */
  async function lookUp(happened: readonly Happening[]) {
    const seqs = happened.flatMap(({ taskSeq }) => taskSeq ?? [])
    // What stands on the store's word must not be held up, let alone fail, for want of a name.
    const known = await workbook.tasks(seqs).catch(() => new Map<number, WorkFacts>())
    for (const it of happened) emit(it, (it.taskSeq !== null && known.get(it.taskSeq)) || UNKNOWN)
  }

  return {
    tell(happened) {
      if (happened.length === 0) return
      const unknown: Happening[] = []
      for (const it of happened) {
        // Before anything else: the next attempt may write soon.
        tails.end(it.id)
        if (it.work === null) unknown.push(it)
        else emit(it, it.work)
      }
      if (unknown.length > 0) void lookUp(unknown)
      signals.happened.tell()
    },
  }
}

type Announced<Port, Verb extends keyof Port> = { [K in Verb]: (...args: never[]) => Promise<Happened> } & Port

/** A port whose verbs that end executions are followed by the herald's word, once they are committed. */
function announced<Port, Verb extends keyof Port>(port: Announced<Port, Verb>, verbs: Verb[], herald: Herald): Port {
  const announcing = verbs.map((verb) => {
    const actAndTell = async (...args: never[]) => {
      const result = await port[verb](...args)
      herald.tell(result.happened)
      return result
    }
    return [verb, actAndTell]
  })
  return Object.assign(Object.create(port), Object.fromEntries(announcing))
}

export const announcedExecutions = (executions: ExecutionStore, herald: Herald): ExecutionStore =>
  announced(executions, ['plan', 'claim', 'admit', 'settle', 'cancelUnclaimed'], herald)

export const announcedTasks = (tasks: TaskStore, herald: Herald): TaskStore =>
  announced(tasks, ['save', 'purge'], herald)

export const announcedCancellations = (cancellations: Cancellations, herald: Herald): Cancellations =>
  announced(cancellations, ['of'], herald)
