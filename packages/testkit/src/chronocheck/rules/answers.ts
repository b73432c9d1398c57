import type { Doubts, Finding, History, LedgerEntry, TaskFacts } from '../history.ts'
import { type Obligation, obligations } from '../obligations.ts'
import { awayMs, groupBy, isDisturbed, iso, RECOVERY_MS, type Timeline } from '../timeline.ts'
import type { Rule } from './rule.ts'

/** Each due instant has one answer, and only due instants have one. */
export const answers: Rule = (history, timeline, doubts) => {
  const ledger = groupBy(history.ledger, (entry) => entry.task_id)
  return history.tasks.flatMap((task) => [
    ...judgeLedger({ history, timeline, doubts, task, entries: ledger.get(task.id) ?? [] }),
    ...judgeExecutions(task, timeline),
  ])
}

interface Case {
  history: History
  timeline: Timeline
  doubts: Doubts
  task: TaskFacts
  entries: readonly LedgerEntry[]
}

function judgeLedger({ history, timeline, doubts, task, entries }: Case): Finding[] {
  const findings: Finding[] = []
  const find = (verdict: Finding['verdict'], at: number, text: string) =>
    findings.push({ verdict, task: task.name, text, at })
  const owed = obligations(task, history, timeline)
  const answered = new Map<number, LedgerEntry[]>([...owed.keys()].map((due) => [due, []]))
  for (const entry of entries) {
    const covered = coveredBy(entry, owed)
    const at = Date.parse(entry.due_at)
    if (covered.length === 0) find('unexplained', at, `the ledger answers ${entry.due_at}, which is not due`)
    if (entry.covers !== null) {
      const { from, to, count } = entry.covers
      const fewest = covered.filter((due) => owed.get(due) === 'must').length
      if (count > covered.length || count < fewest)
        find('unexplained', at, `the range ${from} … ${to} holds ${covered.length} due instants, not ${count}`)
    }
    for (const due of covered) answered.get(due)!.push(entry)
  }
  for (const [due, given] of answered) {
    const isOwed = owed.get(due) === 'must'
    if (owed.get(due) === 'may') doubts.undecidedInstants++
    if (given.length === 0 && isOwed) find('missing', due, `no answer for ${iso(due)}`)
    if (given.length > 1)
      find('duplicateFire', due, `${given.length} answers for ${iso(due)}: ${given.map(inWords).join('; ')}`)
    const [only] = given
    if (only && owed.get(due) === 'idle' && hasRun(only))
      find('unexplained', due, `${iso(due)} was run, though the task was paused or changed: ${inWords(only)}`)
    if (only && isOwed && !hasRun(only) && mustRun(history, timeline, task, due))
      find('missing', due, `${iso(due)} was not run: ${inWords(only)}`)
  }
  return findings
}

function judgeExecutions(task: TaskFacts, { executionsOf }: Timeline): Finding[] {
  const scheduled = (executionsOf.get(task.id) ?? []).filter((row) => row.trigger === 'schedule')
  const ran = scheduled.filter((row) => row.status !== 'skipped')
  return [...groupBy(ran, (row) => row.scheduled_at)]
    .filter(([, rows]) => rows.length > 1)
    .map(([due, rows]) => ({
      verdict: 'duplicateFire' as const,
      task: task.name,
      text: `${rows.length} executions for ${due}: ${rows.map((row) => row.id).join(', ')}`,
      at: Date.parse(due),
    }))
}

function coveredBy(entry: LedgerEntry, owed: ReadonlyMap<number, Obligation>): number[] {
  const to = Date.parse(entry.covers?.to ?? entry.due_at)
  const from = Date.parse(entry.covers?.from ?? entry.due_at)
  return [...owed.keys()].filter((at) => at >= from && at <= to)
}

const hasRun = ({ answer }: LedgerEntry) => ['ran', 'late', 'running', 'pending'].includes(answer)

/** Nothing stood in the way: no other execution, no fault that lasted beyond its grace. */
function mustRun(history: History, { disturbances }: Timeline, task: TaskFacts, due: number): boolean {
  if (task.overlap !== 'allow') return false
  const isForgiving = awayMs(disturbances, due, Number.POSITIVE_INFINITY) + RECOVERY_MS < task.graceMs
  return isForgiving || !isDisturbed(disturbances, due - RECOVERY_MS, due + history.usualLatenessMs)
}

function inWords({ answer, reason, execution_id, covers }: LedgerEntry): string {
  const range = covers === null ? '' : ` for ${covers.count} from ${covers.from}`
  return `${answer}${reason === null ? '' : ` (${reason})`}${range} by ${execution_id ?? 'nobody'}`
}
