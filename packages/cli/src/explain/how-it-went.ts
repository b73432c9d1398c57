import { say } from '@rota/core'
import type { Execution } from '@rota/sdk'
import { callerText } from '../output/caller.ts'
import { duration } from '../output/duration.ts'
import { howItFailed } from '../output/reason.ts'
import { shortId } from '../output/short-id.ts'
import { oneLine } from '../output/width.ts'
import type { Account, Advice } from './account.ts'
import { type Subject, standsFor, taskCommand } from './subject.ts'

/** Lateness that is told, as the server tells it. */
const LATE_MS = 1_000

export function howItRuns(subject: Subject): Account {
  const { execution, now, at } = subject
  const { started_at, timeout_seconds, attempt, max_attempts, id } = execution
  const runs = started_at === null ? null : Math.max(0, (now - Date.parse(started_at)) / 1_000)
  return {
    sentences: [
      started_at === null
        ? say`It is running.`
        : say`It has been running for ${duration(runs)}, since ${at(started_at)}.`,
      attempt > 1 ? say`It is attempt ${attempt} of ${max_attempts}.` : '',
      ...earlierAttempts(subject),
      howItCame(subject),
      timeout_seconds === null ? '' : say`It is stopped when it has run for ${duration(timeout_seconds)}.`,
    ],
    commands: [
      [`rota logs -f ${shortId(id)}`, 'shows what it prints'],
      [`rota execution cancel ${shortId(id)}`, 'stops it'],
    ],
  }
}

export function howItSucceeded(subject: Subject): Account {
  const { duration: seconds, attempt, id } = subject.execution
  const took = seconds === null ? '' : duration(seconds)
  const succeeded =
    attempt > 1 ? say`It succeeded at attempt ${attempt}, which took ${took}.` : say`It succeeded and took ${took}.`
  return {
    sentences: [succeeded, ...earlierAttempts(subject), howItCame(subject), standsFor(subject)],
    commands: [[`rota logs ${shortId(id)}`, 'shows what it printed']],
  }
}

export function whyFailed(subject: Subject): Account {
  const { execution, task } = subject
  const { id, attempt } = execution
  const cause = causeOf(execution)
  const more = mendOf(subject)
  return {
    sentences: [
      attempt > 1 ? say`It failed after ${attempt} attempts: ${cause}` : say`It failed: ${cause}`,
      ...earlierAttempts(subject),
      howItCame(subject),
    ],
    commands: [
      ...(execution.started_at === null ? [] : [[`rota logs ${shortId(id)}`, 'shows what it printed'] as const]),
      ...(more ? [more] : []),
      ...(task || execution.task_id === null
        ? [[`rota execution rerun ${shortId(id)}`, 'runs it again'] as const]
        : []),
    ],
  }
}

function causeOf({ failure, exit_code, error }: Execution): string {
  if (failure === 'exit_code' && exit_code !== null) return say`the program ended with exit code ${exit_code}.`
  return error === null ? say`No detail was recorded.` : oneLine(error)
}

function mendOf({ execution: { failure, timeout_seconds }, task }: Subject): Advice | undefined {
  if (failure === 'timeout' && timeout_seconds !== null) {
    const line = taskCommand(task, 'edit', '--timeout', `${Math.ceil(timeout_seconds * 2)}s`)
    return line === undefined ? undefined : [line, 'gives it twice the time']
  }
  if (failure === 'secret') return ['rota secret list', 'shows which secrets there are']
  if (failure !== 'unknown_handler' && failure !== 'dispatch') return undefined
  const line = taskCommand(task, 'edit')
  return line === undefined ? undefined : [line, 'changes what it runs']
}

export function whyCancelled(subject: Subject): Account {
  const { execution } = subject
  const { reason, finished_at, id } = execution
  const [, who] = /^cancelled by (.+)$/.exec(reason ?? '') ?? []
  const cancelled = reason ? say`It was cancelled: ${reason}.` : say`It was cancelled by request.`
  return {
    sentences: [
      who === undefined ? cancelled : say`It was cancelled by ${callerText(who)}.`,
      finished_at === null ? '' : say`It ended at ${subject.at(finished_at)}.`,
      howItCame(subject),
    ],
    commands: execution.started_at === null ? [] : [[`rota logs ${shortId(id)}`, 'shows what it printed']],
  }
}

function earlierAttempts({ execution, at }: Subject): string[] {
  return execution.attempts
    .filter(({ attempt, failure, finished_at }) => attempt < execution.attempt && failure && finished_at)
    .map(
      (each) =>
        say`Attempt ${each.attempt} failed at ${at(each.finished_at!, { isBare: true })}: ${howItFailed(each)}.`,
    )
}

/** When it was to start and how late it was; nothing of what never started. */
function howItCame({ execution, at }: Subject): string {
  const { started_at, scheduled_at, jittered_at, lateness_ms, requested_by } = execution
  if (started_at === null) return ''
  const late = lateness_ms !== null && lateness_ms >= LATE_MS ? duration(lateness_ms / 1_000) : null
  const due = at(scheduled_at)
  if (requested_by !== null) {
    const who = callerText(requested_by)
    return late === null
      ? say`It was asked for by ${who} at ${due} and started at once.`
      : say`It was asked for by ${who} at ${due} and started ${late} later.`
  }
  if (jittered_at !== scheduled_at) {
    const start = at(jittered_at)
    return late === null
      ? say`It was due at ${due}, with jitter at ${start}, and started in time.`
      : say`It was due at ${due}, with jitter at ${start}, and started ${late} late.`
  }
  return late === null
    ? say`It was due at ${due} and started in time.`
    : say`It was due at ${due} and started ${late} late.`
}
