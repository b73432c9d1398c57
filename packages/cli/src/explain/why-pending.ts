import { say } from '@rota/core'
import { figure } from '../output/figure.ts'
import { howItFailed, limitText, queueText } from '../output/reason.ts'
import { shortId } from '../output/short-id.ts'
import type { Account, Advice } from './account.ts'
import { type Subject, taskCommand } from './subject.ts'

/** A limit, as the server names it among the facts. */
interface Limit {
  name: string
  max: number
  holders: string[]
}

export function whyPending(subject: Subject): Account {
  const { execution, facts, now, at } = subject
  const limit = facts.limit as Limit | undefined
  if (facts.state === 'blocked' && limit) return whyBlocked(subject, limit)
  const runAt = typeof facts.run_at === 'string' ? facts.run_at : execution.jittered_at
  const commands = cancelling(subject)
  if (Date.parse(runAt) > now) return { sentences: whenDue(subject, at(runAt)), commands }
  const place = facts.place as { line: string; max: number } | undefined
  if (place === undefined) return { sentences: [say`It is about to start.`, aheadText(subject)], commands }
  const full =
    place.line === 'processes'
      ? say`It is due and waits for a free place on this server: ${place.max} programs run, which is all that may at once.`
      : say`It is due and waits for a free place on this server: ${place.max} calls run, which is all that may at once.`
  return { sentences: [full, aheadText(subject)], commands }
}

function whenDue({ execution, at }: Subject, when: string): string[] {
  const { attempt, max_attempts, attempts, scheduled_at, jittered_at } = execution
  if (attempt > 1) {
    const last = attempts.find((each) => each.attempt === attempt - 1)
    const failed = last?.failure ? say`Attempt ${attempt - 1} failed: ${howItFailed(last)}.` : ''
    return [failed, say`Attempt ${attempt} of ${max_attempts} starts at ${when}.`]
  }
  if (jittered_at === scheduled_at) return [say`It is not due yet: it starts at ${when}.`]
  return [say`It is due at ${at(scheduled_at)}; jitter lets it start at ${when}.`]
}

function whyBlocked(subject: Subject, { name, max, holders }: Limit): Account {
  const { execution, task } = subject
  const own = name === 'task'
  const who = subject.holders.join(', ')
  const limit = limitText(own ? 'task_limit' : name)
  const waits = say`It waits for ${limit} (${figure(max)} at once).`
  const since = say`It was to start at ${subject.at(execution.jittered_at)}.`
  const more = own ? taskCommand(task, 'edit', '--set', `concurrency.max=${max + 1}`) : undefined
  const commands: Advice[] = [
    ...holders.slice(0, 1).map((id): Advice => [`rota execution cancel ${shortId(id)}`, 'ends what it waits for']),
    ...(more ? [[more, 'lets one more run at once'] as const] : []),
    ...cancelling(subject),
  ]
  return { sentences: [waits, who === '' ? '' : say`Running now: ${who}.`, since, aheadText(subject)], commands }
}

function aheadText({ facts }: Subject): string {
  return queueText(typeof facts.ahead === 'number' ? facts.ahead : 0)
}

function cancelling({ execution }: Subject): Advice[] {
  return [[`rota execution cancel ${shortId(execution.id)}`, 'takes it out of the queue']]
}
