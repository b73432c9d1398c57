import { occurrences, type TaskModel } from './task-model.ts'

/** A final row of the schedule's ledger. */
export interface AnswerRow {
  id: string
  status: string
  reason: string | null
  dueAt: number
  coversFrom: number | null
  coversCount: number | null
  attempt: number
}

/**
 * Holds the ledger of one task against the oracle: every due instant has exactly one answer, and nothing else has
 * one. Answers sentences that say what is wrong.
 */
export function checkLedger(model: TaskModel, rows: readonly AnswerRow[]): string[] {
  const wrong: string[] = []
  const answers = new Map<number, string[]>()
  const known = new Set<number>()
  // Planned, and ended by somebody before its instant and before the definition changed.
  const ahead = new Set<number>()
  const musts: number[] = []
  for (const stretch of model.stretches) {
    for (const at of occurrences(stretch, stretch.from, stretch.mayTo + AHEAD_MS)) {
      ;(at <= stretch.mayTo ? known : ahead).add(at)
      if (at > stretch.mustFrom && at <= stretch.to) musts.push(at)
    }
  }
  const answer = (at: number, id: string) => {
    const ids = answers.get(at)
    if (ids) ids.push(id)
    else answers.set(at, [id])
  }

  for (const row of rows) {
    const isDue = known.has(row.dueAt) || (row.status === 'cancelled' && ahead.has(row.dueAt))
    if (!isDue) wrong.push(`${row.id} (${row.status}) stands at ${iso(row.dueAt)}, which is not due`)
    answer(row.dueAt, row.id)
    if (row.coversFrom === null) continue
    const range = rangeOf(model, row.coversFrom, row)
    for (const at of range) if (at !== row.dueAt) answer(at, row.id)
    if (range[0] !== row.coversFrom) wrong.push(`${row.id} covers from ${iso(row.coversFrom)}, which is not due`)
    else if (range.length !== row.coversCount)
      wrong.push(`${row.id} covers ${row.coversCount} instead of ${range.length}`)
  }

  for (const [at, ids] of answers) {
    if (ids.length > 1) wrong.push(`${iso(at)} has ${ids.length} answers: ${ids.join(', ')}`)
  }
  wrong.push(...missing(model, musts, answers, rows))
  return wrong.map((what) => `${model.definition.input.name}: ${what}`)
}

/** What a range should cover: it was made from one definition, but stretches may overlap when the clock was set back. */
function rangeOf(model: TaskModel, coversFrom: number, { dueAt, coversCount }: AnswerRow): number[] {
  const ranges = model.stretches
    .filter((stretch) => stretch.from < coversFrom && dueAt <= stretch.mayTo)
    .map((stretch) => occurrences(stretch, coversFrom - 1, dueAt))
  return ranges.find((range) => range[0] === coversFrom && range.length === coversCount) ?? ranges.at(-1) ?? []
}

function missing(
  model: TaskModel,
  musts: readonly number[],
  answers: ReadonlyMap<number, unknown>,
  rows: readonly AnswerRow[],
): string[] {
  const unanswered = musts.filter((at) => !answers.has(at))
  const { maxRuns } = model.definition
  if (maxRuns === null) return unanswered.map((at) => `${iso(at)} has no answer`)
  // Attempt 0: an answer without an execution. What was planned and then skipped counts as a run.
  const runs = rows.filter((row) => row.attempt > 0)
  if (runs.length > maxRuns) return [`${runs.length} runs where ${maxRuns} are allowed`]
  // It ends early, but leaves no hole.
  const last = Math.max(...answers.keys())
  const holes = unanswered.filter((at) => runs.length < maxRuns || at < last)
  return holes.map((at) => `${iso(at)} has no answer, with ${runs.length} of ${maxRuns} runs`)
}

/** More than any horizon. */
const AHEAD_MS = 300_000

const iso = (at: number) => new Date(at).toISOString()
