import type { Finding, History, LedgerEntry, TaskFacts } from '../history.ts'
import { dueInstants } from '../oracle.ts'
import { awayMs, groupBy, isDisturbed, iso, type Timeline } from '../timeline.ts'

/** An undisturbed server starts what is due within this time. */
export const USUAL_LATENESS_MS = 2_000
/** After a fault it may take so long until it has caught up. */
export const RECOVERY_MS = 10_000

/** Each due instant has one answer, and only due instants have one. */
export function answers(history: History, timeline: Timeline): Finding[] {
  const ledger = groupBy(history.ledger, (entry) => entry.task_id)
  return history.tasks.flatMap((task) => [
    ...judgeLedger(history, task, ledger.get(task.id) ?? []),
    ...judgeExecutions(task, timeline),
  ])
}

function judgeLedger(history: History, task: TaskFacts, entries: readonly LedgerEntry[]): Finding[] {
  const findings: Finding[] = []
  const find = (verdict: Finding['verdict'], text: string) => findings.push({ verdict, task: task.name, text })
  const possible = dueInstants(task.schedule, task.begun.from, task.ended.to)
  const answered = new Map<number, LedgerEntry[]>(possible.map((due) => [due, []]))
  for (const entry of entries) {
    const covered = coveredBy(entry, possible)
    if (covered.length === 0) find('unexplained', `the ledger answers ${entry.due_at}, which is not due`)
    if (entry.covers !== null && covered.length !== entry.covers.count) {
      const { from, to, count } = entry.covers
      find('unexplained', `the range ${from} … ${to} holds ${covered.length} due instants, not ${count}`)
    }
    for (const due of covered) answered.get(due)!.push(entry)
  }
  for (const [due, given] of answered) {
    const isDoubtful = due <= task.begun.to || due >= task.ended.from
    if (given.length === 0 && !isDoubtful) find('missing', `no answer for ${iso(due)}`)
    if (given.length > 1)
      find('duplicateFire', `${given.length} answers for ${iso(due)}: ${given.map(inWords).join('; ')}`)
    const [only] = given
    if (only && !hasRun(only) && mustRun(history, task, due))
      find('missing', `${iso(due)} was not run: ${inWords(only)}`)
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
    }))
}

function coveredBy(entry: LedgerEntry, due: readonly number[]): number[] {
  const to = Date.parse(entry.covers?.to ?? entry.due_at)
  const from = Date.parse(entry.covers?.from ?? entry.due_at)
  return due.filter((at) => at >= from && at <= to)
}

const hasRun = ({ answer }: LedgerEntry) => ['ran', 'late', 'running', 'pending'].includes(answer)

/** Nothing stood in the way: no other execution, no change of the task, no fault that lasted beyond its grace. */
function mustRun({ faults }: History, task: TaskFacts, due: number): boolean {
  if (task.overlap !== 'allow' || due <= task.begun.to || due >= task.ended.from) return false
  const isForgiving = awayMs(faults, due, Number.POSITIVE_INFINITY) + RECOVERY_MS < task.graceMs
  return isForgiving || !isDisturbed(faults, due - RECOVERY_MS, due + USUAL_LATENESS_MS)
}

function inWords({ answer, reason, execution_id, covers }: LedgerEntry): string {
  const range = covers === null ? '' : ` for ${covers.count} from ${covers.from}`
  return `${answer}${reason === null ? '' : ` (${reason})`}${range} by ${execution_id ?? 'nobody'}`
}
