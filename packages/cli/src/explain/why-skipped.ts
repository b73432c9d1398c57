import { say } from '@rota/core'
import { duration } from '../output/duration.ts'
import type { Account, Advice } from './account.ts'
import { type Subject, standsFor, taskCommand } from './subject.ts'

export function whySkipped(subject: Subject): Account {
  const { execution, task } = subject
  const runNow = taskCommand(task, 'run')
  const commands = [mendOf(subject), runNow ? ([runNow, 'runs it now'] as const) : undefined]
  return {
    sentences: [reasonOf(subject), since(subject), standsFor(subject)],
    commands: execution.reason === 'replaced' ? commands.slice(0, 1).filter(isThere) : commands.filter(isThere),
  }
}

function isThere(advice: Advice | undefined): advice is Advice {
  return advice !== undefined
}

function reasonOf({ execution: { reason, scheduled_at }, task, at }: Subject): string {
  const due = at(scheduled_at)
  switch (reason) {
    case 'overlap':
      return say`It was skipped: when it was due, at ${due}, an earlier execution of the task was still running, and the task’s overlap policy is "skip".`
    case 'replaced':
      return say`It was due at ${due} and skipped, because a newer execution took its place.`
    case 'misfire': {
      const grace = duration(task?.misfire?.grace_seconds)
      return grace === ''
        ? say`It was due at ${due} and skipped: it could not start within its grace time, and its misfire policy is "skip".`
        : say`It was due at ${due} and skipped: it could not start within its grace time of ${grace}, and its misfire policy is "skip".`
    }
    case 'missed':
      return say`It was due at ${due}, while no server ran, and lies beyond the number that is made up.`
    case 'paused':
      return say`It was due at ${due}, while the task was paused.`
    case 'merged':
      return say`It was due at ${due} and merged into another occurrence.`
    default:
      return reason ? say`It was skipped: ${reason}.` : say`It was skipped; no reason was recorded.`
  }
}

/** That the cause has gone meanwhile, or has not. */
function since({ execution: { reason }, task }: Subject): string {
  if (reason !== 'paused' || task === null) return ''
  return task.status === 'paused' ? say`It still is.` : say`It is so no longer.`
}

/** The command that keeps it from being skipped the next time. */
function mendOf({ execution: { reason }, task }: Subject): Advice | undefined {
  const edit = (flag: string, value: string, meaning: string): Advice | undefined => {
    const line = taskCommand(task, 'edit', flag, value)
    return line === undefined ? undefined : [line, meaning]
  }
  if (reason === 'overlap') return edit('--overlap', 'queue', 'lets it wait for the earlier one instead')
  if (reason === 'replaced') return edit('--overlap', 'queue', 'lets the earlier one run first instead')
  if (reason === 'misfire') return edit('--misfire', 'run_once', 'makes up one that came too late')
  if (reason === 'missed') return edit('--set', 'misfire.max=1000', 'makes up more of what was missed')
  const resume = taskCommand(task, 'resume')
  return reason === 'paused' && task?.status === 'paused' && resume ? [resume, 'lets it go on'] : undefined
}
