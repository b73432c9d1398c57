import { readFile } from 'node:fs/promises'
import {
  type Clock,
  type CrontabLine,
  type CrontabReport,
  distinctName,
  type Finding,
  type ImportedTask,
  identityIn,
  invalid,
  matchJobs,
  originPrefix,
  RotaError,
  readingCrontab,
  say,
  type TaskInput,
  type TaskView,
} from '@rota/core'
import type { Actor, Engine, TaskFilter } from '@rota/engine'
import { type crontabInput, type crontabReport, LIMITS } from '@rota/protocol'
import type { z } from 'zod'
import { inSlices } from './in-slices.ts'

export type CrontabInput = z.output<typeof crontabInput>
type Report = z.output<typeof crontabReport>
type ReportLine = Report['lines'][number]
type Outcome = Pick<ReportLine, 'result' | 'error' | 'task_id'> & { task: ImportedTask | null }

/** Numbers tried for a name that is taken. */
const MOST_NUMBERS = 50
const LARGEST_PAGE = 1_000

interface ImportOptions {
  engine: Engine
  actor: Actor
  /** Of jobs that no CRON_TZ applies to, where the request names none. */
  timezone: string
  clock: Clock
}

/**
 * Reads a crontab and says what each line becomes; without `dry_run` it makes the tasks of the chosen lines. However
 * long it is, the event loop stays free.
 */
export async function importCrontab(input: CrontabInput, options: ImportOptions): Promise<Report> {
  const { engine, actor, timezone, clock } = options
  checkLength(input.text)
  const source = input.source ?? 'crontab'
  const reading = readingCrontab(input.text, {
    format: input.format ?? 'auto',
    source,
    defaultTimezone: input.timezone ?? timezone,
    homeOf: await homesOfUsers(),
    ...(input.identity !== undefined && { identity: input.identity }),
    ...(input.flavour !== undefined && { flavour: input.flavour }),
    ...(input.user !== undefined && { user: input.user }),
  })
  const read = await inSlices(reading, clock)
  const earlier = await earlierTasks(engine, actor, { source, identity: input.identity ?? source })
  const { jobs, gone } = matchJobs(read.tasks, earlier)
  const places = new Places({ engine, actor, source, earlier })
  await places.lookUp(read.tasks.map(({ name }) => (input.prefix ?? '') + name))
  const chosen = new Set(input.lines ?? read.entries.map(({ line }) => line))
  const lines: ReportLine[] = []
  let job = 0
  for (const entry of read.entries) {
    if (entry.task === undefined) {
      lines.push(untouched(entry))
      continue
    }
    // All are named, also those that are left out: a name must not depend on what is chosen.
    const match = jobs[job++]!
    const { name, there } = await places.of(match.earlier, (input.prefix ?? '') + entry.task.name)
    const task = adapted(entry.task, input, name)
    const isDone = input.dry_run !== true && chosen.has(entry.line)
    const outcome = isDone
      ? await make(engine, actor, { task, match, there, input })
      : { task, result: null, error: null, task_id: there?.id ?? null }
    lines.push({ ...untouched(entry), ...outcome, finding: match.finding, exists: there !== null } as ReportLine)
  }
  // Only an import of the whole file knows what is gone for good.
  const policy = input.dry_run === true || input.lines !== undefined ? 'keep' : (input.gone ?? 'keep')
  return { ...headOf(read), lines, gone: await takeAway(engine, actor, gone, policy) }
}

function checkLength(text: string): void {
  const end = text.includes('\n') ? '\n' : '\r'
  let lines = 0
  for (let at = text.indexOf(end); at !== -1; at = text.indexOf(end, at + 1)) lines++
  if (lines <= LIMITS.lines) return
  throw invalid([{ path: 'text', message: say`must have at most ${LIMITS.lines} lines; send the file in parts.` }])
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

function untouched({ line, text, outcome, message, column, suggestion, notes = [] }: CrontabLine): ReportLine {
  const place = { line, text, outcome, message, column: column ?? null, suggestion: suggestion ?? null, notes }
  return { ...place, task: null, finding: null, exists: false, result: null, error: null, task_id: null }
}

/** The task with what the request asks for all of them. */
function adapted(task: ImportedTask, input: CrontabInput, name: string): ImportedTask {
  const { run_as: _user, ...anyone } = task
  return {
    ...(input.run_as === false ? anyone : task),
    name,
    group: input.group === undefined ? task.group : input.group,
    enabled: task.enabled && input.enabled !== false,
  }
}

/** What earlier imports have made of the file, also those from before tasks had an origin. */
async function earlierTasks(
  engine: Engine,
  actor: Actor,
  { source, identity }: { source: string; identity: string },
): Promise<TaskView[]> {
  const ours = await allTasks(engine, actor, { origin: originPrefix(identity) })
  const before = await allTasks(engine, actor, { q: `Imported from ${source}.` })
  const isFromBefore = ({ origin, description }: TaskView) =>
    (origin ?? null) === null && description!.includes(`Imported from ${source}.`)
  return [...ours, ...before.filter(isFromBefore)]
}

async function allTasks(engine: Engine, actor: Actor, filter: TaskFilter): Promise<TaskView[]> {
  const tasks: TaskView[] = []
  for (let page = 1; ; page++) {
    const { rows, total } = await engine.tasks.list(actor, { ...filter, page, limit: LARGEST_PAGE })
    tasks.push(...rows)
    if (rows.length === 0 || tasks.length >= (total ?? 0)) return tasks
  }
}

interface PlacesOptions {
  engine: Engine
  actor: Actor
  source: string
  earlier: readonly TaskView[]
}

/** Which task each job has, or which name a new one gets. */
class Places {
  readonly #options: PlacesOptions
  /** Names that are taken, with the file that they come from; null for tasks that are no import. */
  readonly #taken: Map<string, string | null>
  readonly #known = new Map<string, TaskView | null>()

  constructor(options: PlacesOptions) {
    this.#options = options
    this.#taken = new Map(options.earlier.map(({ name }) => [name, options.source]))
  }

  /** Asks for all names at once; most of them are free. */
  async lookUp(names: readonly string[]): Promise<void> {
    const { engine, actor } = this.#options
    for (const name of names) this.#known.set(name, null)
    for (const { id, name } of await engine.tasks.named(actor, names)) {
      this.#known.set(name, await engine.tasks.get(actor, id))
    }
  }

  /** The job's own task with its name; for a new job a name of its own, and the task of that name that is no import. */
  async of(own: TaskView | null, wanted: string): Promise<{ name: string; there: TaskView | null }> {
    if (own !== null) return { name: own.name, there: own }
    for (;;) {
      const name = distinctName(wanted, this.#options.source, this.#taken)
      if (!this.#known.has(name)) await this.lookUp([name])
      const there = this.#known.get(name) ?? null
      const from = identityIn(there?.origin)
      this.#taken.set(name, from?.source ?? this.#options.source)
      if (from === null) return { name, there }
    }
  }
}

interface Making {
  task: ImportedTask
  match: { finding: Finding; earlier: TaskView | null }
  /** The task of this job, else one that happens to have its name. */
  there: TaskView | null
  input: CrontabInput
}

/** What is refused is told; it does not stop the lines that follow. */
async function make(engine: Engine, actor: Actor, { task, match, there, input }: Making): Promise<Outcome> {
  const policy = input.existing ?? 'skip'
  try {
    if (there === null) return await create(engine, actor, task, 'imported')
    const left = (result: 'unchanged' | 'exists') => ({ task, result, error: null, task_id: there.id })
    if (match.finding === 'unchanged' && !(policy === 'replace' && isMoved(there, input))) return left('unchanged')
    if (policy === 'replace') {
      await engine.tasks.update(actor, there.id, replacing(task, match.earlier, input), there.version)
      return { task, result: 'replaced', error: null, task_id: there.id }
    }
    if (policy === 'skip' || match.earlier !== null) return left('exists')
    const names = Array.from({ length: MOST_NUMBERS - 1 }, (_, at) => `${task.name} ${at + 2}`)
    const taken = new Set((await engine.tasks.named(actor, names)).map((other) => other.name))
    const name = names.find((one) => !taken.has(one))
    if (name !== undefined) return await create(engine, actor, { ...task, name }, 'renamed')
    return { task, result: 'refused', error: say`${MOST_NUMBERS} names like ${task.name} are taken.`, task_id: null }
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return { task, result: 'refused', error: error.message, task_id: null }
  }
}

/** Whether the request asks for something of a task that is otherwise. */
function isMoved(there: TaskView, { group, enabled }: CrontabInput): boolean {
  return (group !== undefined && group !== there.group) || (enabled !== undefined && enabled !== there.enabled)
}

/** What people have decided since about a task that was imported stays, unless the request says otherwise. */
function replacing(task: ImportedTask, earlier: TaskView | null, input: CrontabInput): Partial<TaskInput> {
  if (earlier === null) return task
  const { name: _n, tags: _t, group, enabled, ...rest } = task
  return { ...rest, ...(input.group !== undefined && { group }), ...(input.enabled !== undefined && { enabled }) }
}

async function takeAway(
  engine: Engine,
  actor: Actor,
  gone: readonly TaskView[],
  policy: NonNullable<CrontabInput['gone']>,
): Promise<Report['gone']> {
  const told: Report['gone'] = []
  for (const { id, name, version } of gone) {
    if (policy === 'disable') await engine.tasks.update(actor, id, { enabled: false }, version)
    if (policy === 'delete') await engine.tasks.remove(actor, id, version)
    const result = ({ keep: null, disable: 'disabled', delete: 'deleted' } as const)[policy]
    told.push({ task_id: id, name, result })
  }
  return told
}

async function create(
  engine: Engine,
  actor: Actor,
  task: ImportedTask,
  result: 'imported' | 'renamed',
): Promise<Outcome> {
  const { id } = await engine.tasks.create(actor, task)
  return { task, result, error: null, task_id: id }
}

/** Home directories by user name, from /etc/passwd; cron starts commands there. Other systems know none. */
async function homesOfUsers(): Promise<(user: string) => string | null> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const homes = new Map(text.split('\n').map((line) => [line.split(':')[0]!, line.split(':')[5] ?? '']))
  return (user) => homes.get(user) || null
}
