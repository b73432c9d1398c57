import { readFile } from 'node:fs/promises'
import {
  type Clock,
  type CrontabLine,
  type CrontabReport,
  type ImportedTask,
  invalid,
  RotaError,
  readingCrontab,
  say,
} from '@rota/core'
import type { Actor, Engine } from '@rota/engine'
import { type crontabInput, type crontabReport, LIMITS } from '@rota/protocol'
import type { z } from 'zod'
import { inSlices } from './in-slices.ts'

export type CrontabInput = z.output<typeof crontabInput>
type Report = z.output<typeof crontabReport>
type ReportLine = Report['lines'][number]
type Outcome = Pick<ReportLine, 'result' | 'error' | 'task_id'> & { task: ImportedTask | null }

/** Numbers tried for a name that is taken. */
const MOST_NUMBERS = 50

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
  const reading = readingCrontab(input.text, {
    format: input.format ?? 'auto',
    source: input.source ?? 'crontab',
    defaultTimezone: input.timezone ?? timezone,
    homeOf: await homesOfUsers(),
    ...(input.user !== undefined && { user: input.user }),
  })
  const read = await inSlices(reading, clock)
  const tasks = adaptAll(read.entries, input)
  const names = [...tasks.values()].map(({ name }) => name)
  const existing = new Map((await engine.tasks.named(actor, names)).map((task) => [task.name, task]))
  const chosen = new Set(input.lines ?? read.entries.map(({ line }) => line))
  const lines: ReportLine[] = []
  for (const entry of read.entries) {
    const task = tasks.get(entry.line)
    const found = task && existing.get(task.name)
    const isDone = task !== undefined && input.dry_run !== true && chosen.has(entry.line)
    const outcome = isDone
      ? await make(engine, actor, { task, existing: found, policy: input.existing ?? 'skip' })
      : { task: task ?? null, result: null, error: null, task_id: found?.id ?? null }
    lines.push({ ...untouched(entry), ...outcome, exists: found !== undefined } as ReportLine)
  }
  return { ...headOf(read), lines }
}

function checkLength(text: string): void {
  const end = text.includes('\n') ? '\n' : '\r'
  let lines = 0
  for (let at = text.indexOf(end); at !== -1; at = text.indexOf(end, at + 1)) lines++
  if (lines <= LIMITS.lines) return
  throw invalid([{ path: 'text', message: say`must have at most ${LIMITS.lines} lines; send the file in parts.` }])
}

/** All are named, also those that are left out: a name must not depend on what is chosen. */
function adaptAll(entries: readonly CrontabLine[], input: CrontabInput): Map<number, ImportedTask> {
  const names = new FreeNames()
  const tasks = new Map<number, ImportedTask>()
  for (const { line, task } of entries) if (task !== undefined) tasks.set(line, adapted(task, input, names))
  return tasks
}

function headOf({ isCrontab, reason, format, formatReason, ambiguous, notes }: CrontabReport): Omit<Report, 'lines'> {
  return { is_crontab: isCrontab, reason, format, format_reason: formatReason, ambiguous, notes }
}

function untouched({ line, text, outcome, message, column, suggestion }: CrontabLine): ReportLine {
  const place = { line, text, outcome, message, column: column ?? null, suggestion: suggestion ?? null }
  return { ...place, task: null, exists: false, result: null, error: null, task_id: null }
}

/** The task with what the request asks for all of them, under a name that no earlier line has. */
function adapted(task: ImportedTask, input: CrontabInput, names: FreeNames): ImportedTask {
  const { run_as: _user, ...anyone } = task
  return {
    ...(input.run_as === false ? anyone : task),
    name: names.take((input.prefix ?? '') + task.name),
    group: input.group === undefined ? task.group : input.group,
    enabled: task.enabled && input.enabled !== false,
  }
}

/** Gives each line a name of its own: the wanted one, or the first number behind it that is free. */
class FreeNames {
  readonly #taken = new Set<string>()
  readonly #numbers = new Map<string, number>()

  take(wanted: string): string {
    let name = wanted
    let number = this.#numbers.get(wanted) ?? 2
    for (; this.#taken.has(name); number++) name = `${wanted} ${number}`
    this.#numbers.set(wanted, number)
    this.#taken.add(name)
    return name
  }
}

interface Making {
  task: ImportedTask
  existing: { id: string } | undefined
  policy: 'skip' | 'replace' | 'rename'
}

/** What is refused is told; it does not stop the lines that follow. */
async function make(engine: Engine, actor: Actor, { task, existing, policy }: Making): Promise<Outcome> {
  try {
    if (existing === undefined) return await create(engine, actor, task, 'imported')
    if (policy === 'skip') return { task, result: 'exists', error: null, task_id: existing.id }
    if (policy === 'replace') {
      const { version } = await engine.tasks.get(actor, existing.id)
      await engine.tasks.update(actor, existing.id, task, version)
      return { task, result: 'replaced', error: null, task_id: existing.id }
    }
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
