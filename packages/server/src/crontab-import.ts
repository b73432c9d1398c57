import { readFile } from 'node:fs/promises'
import {
  type CrontabLine,
  type CrontabReport,
  type ImportedTask,
  RotaError,
  readCrontab,
  type TaskView,
} from '@rota/core'
import type { Actor, Engine } from '@rota/engine'
import type { crontabInput, crontabReport } from '@rota/protocol'
import type { z } from 'zod'

export type CrontabInput = z.output<typeof crontabInput>
type Report = z.output<typeof crontabReport>
type ReportLine = Report['lines'][number]
type Outcome = Pick<ReportLine, 'result' | 'error' | 'task_id'> & { task: ImportedTask }

/** Numbers tried for a name that is taken. */
const MOST_NUMBERS = 50
const LARGEST_PAGE = 1_000

interface ImportOptions {
  engine: Engine
  actor: Actor
  /** Of jobs that no CRON_TZ applies to, where the request names none. */
  timezone: string
}

/** Reads a crontab and says what each line becomes; without `dry_run` it makes the tasks of the chosen lines. */
export async function importCrontab(input: CrontabInput, { engine, actor, timezone }: ImportOptions): Promise<Report> {
  const read = readCrontab(input.text, {
    format: input.format ?? 'auto',
    source: input.source ?? 'crontab',
    defaultTimezone: input.timezone ?? timezone,
    homeOf: await homesOfUsers(),
    ...(input.user !== undefined && { user: input.user }),
  })
  const chosen = new Set(input.lines ?? read.entries.map(({ line }) => line))
  const taken = new Set<string>()
  const lines: ReportLine[] = []
  for (const entry of read.entries) {
    if (entry.task === undefined) {
      lines.push(untouched(entry))
      continue
    }
    // All are named, also those that are left out: a name must not depend on what is chosen.
    const task = adapted(entry.task, input, taken)
    const existing = await findByName(engine, actor, task.name)
    const isDone = input.dry_run !== true && chosen.has(entry.line)
    const outcome = isDone
      ? await make(engine, actor, { task, existing, policy: input.existing ?? 'skip' })
      : { task, result: null, error: null, task_id: existing?.id ?? null }
    lines.push({ ...untouched(entry), ...outcome, exists: existing !== null } as ReportLine)
  }
  return { ...headOf(read), lines }
}

function headOf({ isCrontab, reason, format, formatReason, ambiguous, notes }: CrontabReport): Omit<Report, 'lines'> {
  return { is_crontab: isCrontab, reason, format, format_reason: formatReason, ambiguous, notes }
}

function untouched({ line, text, outcome, message, column, suggestion }: CrontabLine): ReportLine {
  const place = { line, text, outcome, message, column: column ?? null, suggestion: suggestion ?? null }
  return { ...place, task: null, exists: false, result: null, error: null, task_id: null }
}

/** The task with what the request asks for all of them, under a name that no earlier line has. */
function adapted(task: ImportedTask, input: CrontabInput, taken: Set<string>): ImportedTask {
  const { run_as: _user, ...anyone } = task
  const name = freeName((input.prefix ?? '') + task.name, taken)
  taken.add(name)
  return {
    ...(input.run_as === false ? anyone : task),
    name,
    group: input.group === undefined ? task.group : input.group,
    enabled: task.enabled && input.enabled !== false,
  }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let number = 2; ; number++) {
    const numbered = `${name} ${number}`
    if (!taken.has(numbered)) return numbered
  }
}

async function findByName(engine: Engine, actor: Actor, name: string): Promise<TaskView | null> {
  const { rows } = await engine.tasks.list(actor, { q: name, limit: LARGEST_PAGE })
  return rows.find((task) => task.name === name) ?? null
}

interface Making {
  task: ImportedTask
  existing: TaskView | null
  policy: 'skip' | 'replace' | 'rename'
}

/** What is refused is told; it does not stop the lines that follow. */
async function make(engine: Engine, actor: Actor, { task, existing, policy }: Making): Promise<Outcome> {
  try {
    if (existing === null) return await create(engine, actor, task, 'imported')
    if (policy === 'skip') return { task, result: 'exists', error: null, task_id: existing.id }
    if (policy === 'replace') {
      await engine.tasks.update(actor, existing.id, task, existing.version)
      return { task, result: 'replaced', error: null, task_id: existing.id }
    }
    for (let number = 2; number <= MOST_NUMBERS; number++) {
      const name = `${task.name} ${number}`
      if ((await findByName(engine, actor, name)) === null) {
        return await create(engine, actor, { ...task, name }, 'renamed')
      }
    }
    return { task, result: 'refused', error: `${MOST_NUMBERS} names like ${task.name} are taken.`, task_id: null }
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return { task, result: 'refused', error: error.message, task_id: null }
  }
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
