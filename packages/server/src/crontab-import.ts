import { readFile } from 'node:fs/promises'
import {
  type Caller,
  type Clock,
  type CrontabLine,
  type CrontabReport,
  homesIn,
  type ImportedTask,
  type ImportPlan,
  type ImportStep,
  type ImportWishes,
  importMark,
  invalid,
  originPrefix,
  otherNames,
  type PlannedEntry,
  planningImport,
  RotaError,
  readingCrontab,
  say,
  type TaskView,
} from '@rota/core'
import type { Engine, NewTaskVerdict, TaskFilter } from '@rota/engine'
import { type crontabInput, type crontabReport, LIMITS } from '@rota/protocol'
import type { z } from 'zod'
import { inSlices } from './in-slices.ts'

export type CrontabInput = z.output<typeof crontabInput>
type Report = z.output<typeof crontabReport>
type ReportLine = Report['lines'][number]
type Outcome = Pick<ReportLine, 'result' | 'error' | 'task_id'> & { task: ImportedTask | null }

const LARGEST_PAGE = 1_000

interface ImportOptions {
  engine: Engine
  caller: Caller
  /** Of jobs that no CRON_TZ applies to, where the request names none. */
  timezone: string
  clock: Clock
}

/**
 * Reads a crontab and says what each line becomes; without `dry_run` it makes the tasks of the chosen lines. However
 * long it is, the event loop stays free.
 */
export async function importCrontab(input: CrontabInput, options: ImportOptions): Promise<Report> {
  const { engine, caller, timezone, clock } = options
  checkLength(input.text)
  const source = input.source ?? 'crontab'
  const reading = readingCrontab(input.text, {
    format: input.format ?? 'auto',
    source,
    defaultTimezone: input.timezone ?? timezone,
    homeOf: homesIn(await readFile('/etc/passwd', 'utf8').catch(() => '')),
    ...(input.identity !== undefined && { identity: input.identity }),
    ...(input.flavour !== undefined && { flavour: input.flavour }),
    ...(input.user !== undefined && { user: input.user }),
  })
  const read = await inSlices(reading, clock)
  const earlier = await earlierTasks(engine, caller, { source, identity: input.identity ?? source })
  const around = { source, earlier, taken: new Map<string, string | null>() }
  const plan = await planned(
    planningImport({ entries: read.entries, isReadable: read.isCrontab }, around, wishesOf(input)),
    engine,
    caller,
  )
  const lines: ReportLine[] = []
  const made = input.dry_run === true ? null : await makeNew(engine, caller, plan.entries)
  for (const planned of plan.entries) lines.push(await carriedOut(engine, caller, planned, made))
  const policy = input.dry_run === true ? 'keep' : plan.gonePolicy
  return { ...headOf(read), lines, gone: await takeAway(engine, caller, plan.gone, policy) }
}

function checkLength(text: string): void {
  const end = text.includes('\n') ? '\n' : '\r'
  let lines = 0
  for (let at = text.indexOf(end); at !== -1; at = text.indexOf(end, at + 1)) lines++
  if (lines <= LIMITS.lines) return
  throw invalid([{ path: 'text', message: say`must have at most ${LIMITS.lines} lines; send the file in parts.` }])
}

function wishesOf(input: CrontabInput): ImportWishes {
  const { prefix, group, enabled, lines, existing = 'skip', gone = 'keep' } = input
  return { prefix, group, enabled, lines, existing, gone, keepsUser: input.run_as !== false }
}

type Plan = ImportPlan<CrontabLine, TaskView>

/** Looks up the names that a plan asks for. */
async function planned(
  planning: Generator<readonly string[], Plan, ReadonlyMap<string, TaskView>>,
  engine: Engine,
  caller: Caller,
): Promise<Plan> {
  let step = planning.next()
  while (step.done !== true) {
    const found = new Map<string, TaskView>()
    for (const { id, name } of await engine.tasks.named(caller, step.value)) {
      found.set(name, await engine.tasks.get(caller, id))
    }
    step = planning.next(found)
  }
  return step.value
}

function headOf({
  isCrontab,
  reason,
  format,
  formatReason,
  ambiguous,
  notes,
  flavour,
}: CrontabReport): Omit<Report, 'lines' | 'gone'> {
  return { is_crontab: isCrontab, reason, format, format_reason: formatReason, ambiguous, notes, flavour }
}

type Planned = PlannedEntry<CrontabLine, TaskView>

/** Makes all tasks whose names are free; what is refused does not stop the others. */
async function makeNew(
  engine: Engine,
  caller: Caller,
  entries: readonly Planned[],
): Promise<ReadonlyMap<ImportedTask, NewTaskVerdict>> {
  const tasks = entries.flatMap(({ task, step }) => (step?.kind === 'create' ? task! : []))
  const verdicts = await engine.tasks.createMany(caller, tasks)
  return new Map(verdicts.map((verdict, at) => [tasks[at]!, verdict]))
}

/** `made` is null when nothing is to be done. */
async function carriedOut(
  engine: Engine,
  caller: Caller,
  { entry, task, finding, there, step }: Planned,
  made: ReadonlyMap<ImportedTask, NewTaskVerdict> | null,
): Promise<ReportLine> {
  const { line, text, outcome, message, column, suggestion, notes = [] } = entry
  const place = { line, text, outcome, message, column: column ?? null, suggestion: suggestion ?? null, notes }
  const idle = { task, result: null, error: null, task_id: there?.id ?? null }
  const isIdle = task === null || step === null || made === null
  const done = isIdle ? idle : await make(engine, caller, { task, there, step, verdict: made.get(task) })
  return { ...place, finding, exists: there !== null, ...done } as ReportLine
}

interface Making {
  task: ImportedTask
  there: TaskView | null
  step: ImportStep
  /** What became of a new task. */
  verdict: NewTaskVerdict | undefined
}

/** What is refused is told; it does not stop the lines that follow. */
async function make(engine: Engine, caller: Caller, { task, there, step, verdict }: Making): Promise<Outcome> {
  try {
    if (verdict !== undefined) return outcomeOf(task, verdict)
    if (step.kind === 'rename') return await createRenamed(engine, caller, task)
    if (step.kind === 'update') await engine.tasks.update(caller, there!.id, step.changes, there!.version)
    const left = step.kind === 'leave' && step.result === 'unchanged' ? 'unchanged' : 'exists'
    const result = step.kind === 'update' ? 'replaced' : left
    return { task, result, error: null, task_id: there!.id }
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return { task, result: 'refused', error: error.message, task_id: null }
  }
}

function outcomeOf(task: ImportedTask, { id, refusal }: NewTaskVerdict): Outcome {
  if (refusal !== null) throw refusal
  return { task, result: 'imported', error: null, task_id: id }
}

async function createRenamed(engine: Engine, caller: Caller, task: ImportedTask): Promise<Outcome> {
  const names = otherNames(task.name)
  const taken = new Set((await engine.tasks.named(caller, names)).map((other) => other.name))
  const name = names.find((one) => !taken.has(one))
  if (name !== undefined) {
    const renamed = { ...task, name }
    const { id } = await engine.tasks.create(caller, renamed)
    return { task: renamed, result: 'renamed', error: null, task_id: id }
  }
  const error = say`${names.length + 1} names like ${task.name} are taken.`
  return { task, result: 'refused', error, task_id: null }
}

/** What earlier imports have made of the file, also those from before tasks had an origin. */
async function earlierTasks(
  engine: Engine,
  caller: Caller,
  { source, identity }: { source: string; identity: string },
): Promise<TaskView[]> {
  const mark = importMark(source)
  const ours = await allTasks(engine, caller, { origin: originPrefix('crontab', identity) })
  const before = await allTasks(engine, caller, { q: mark })
  const isFromBefore = ({ origin, description }: TaskView) => (origin ?? null) === null && description!.includes(mark)
  return [...ours, ...before.filter(isFromBefore)]
}

async function allTasks(engine: Engine, caller: Caller, filter: TaskFilter): Promise<TaskView[]> {
  const tasks: TaskView[] = []
  for (let page = 1; ; page++) {
    const { rows, total } = await engine.tasks.list(caller, { ...filter, page, limit: LARGEST_PAGE })
    tasks.push(...rows)
    if (rows.length === 0 || tasks.length >= (total ?? 0)) return tasks
  }
}

async function takeAway(
  engine: Engine,
  caller: Caller,
  gone: readonly TaskView[],
  policy: ImportWishes['gone'],
): Promise<Report['gone']> {
  const told: Report['gone'] = []
  for (const { id, name, version } of gone) {
    if (policy === 'disable') await engine.tasks.update(caller, id, { enabled: false }, version)
    if (policy === 'delete') await engine.tasks.remove(caller, id, version)
    const result = ({ keep: null, disable: 'disabled', delete: 'deleted' } as const)[policy]
    told.push({ task_id: id, name, result })
  }
  return told
}
