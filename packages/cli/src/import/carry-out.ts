import { type FieldError, type ImportStep, type ImportWishes, otherNames, say, whenTaken } from '@rota/core'
import { ApiError, type Client, type ImportResult, UnreachableError } from '@rota/sdk'
import { fieldLine } from '../report-error.ts'
import { findTask } from '../session/find-task.ts'
import { standing } from './compare.ts'
import type { PlannedFile, PlannedLine, TakenNames } from './plan.ts'

interface CarryingOut {
  client: Client
  taken: TakenNames
  wishes: ImportWishes
}

/** New tasks of one request: few enough that one sees how far it is. */
const MADE_AT_ONCE = 200

interface Job {
  line: PlannedLine
  path: string
}

/**
 * Makes the planned tasks on the server, new ones many at a time, and notes on each line what came of it. A task that
 * is refused does not stop the others; when the server goes away, the rest is noted as not imported.
 */
export async function carryOut(
  work: CarryingOut,
  files: readonly PlannedFile[],
  progress: (done: number, name: string) => void,
): Promise<void> {
  const lines = files.flatMap((file) => file.lines.map((line) => ({ line, path: file.path })))
  const jobs = lines.filter(({ line }) => line.step !== null)
  let done = 0
  for (const some of inParts(jobs)) {
    progress(done / jobs.length, some[0]!.line.task!.name)
    try {
      await takeSome(work, some)
    } catch (error) {
      if (done === 0) throw error
      for (const rest of jobs.slice(done)) refuse(rest.line, error)
      return
    }
    done += some.length
  }
  await takeAway(work, files)
}

/** New tasks that follow each other, up to {@link MADE_AT_ONCE}; anything else by itself. */
function inParts(jobs: readonly Job[]): Job[][] {
  const parts: Job[][] = []
  const isNew = (part: readonly Job[]) => part[0]!.line.step!.kind === 'create'
  for (const job of jobs) {
    const last = parts.at(-1)
    if (last !== undefined && last.length < MADE_AT_ONCE && isNew(last) && isNew([job])) last.push(job)
    else parts.push([job])
  }
  return parts
}

/** Throws what would happen to every following task as well. */
async function takeSome(work: CarryingOut, jobs: readonly Job[]): Promise<void> {
  const results = jobs.length > 1 ? await importSome(work.client, jobs) : []
  for (const [at, { line }] of jobs.entries()) line.id = results[at]?.id ?? line.id
  for (const [at, job] of jobs.entries()) await takeOne(work, job, results[at])
}

/** Nothing where the request as a whole is refused, as one that is too large: each is then made by itself. */
async function importSome(client: Client, jobs: readonly Job[]): Promise<ImportResult[]> {
  try {
    return await client.tasks.importMany(jobs.map(({ line }) => line.task!))
  } catch (error) {
    if (isFatal(error)) throw error
    return []
  }
}

/** `made`: what the server has said of it already. */
async function takeOne(work: CarryingOut, { line, path }: Job, made?: ImportResult): Promise<void> {
  if (made?.ok) return
  try {
    if (made !== undefined && made.code !== 'conflict') refuseFor(line, made)
    else await take(work, line, line.step!, path)
  } catch (error) {
    if (isFatal(error)) throw error
    refuse(line, error)
  }
}

async function takeAway({ client, wishes: { gone } }: CarryingOut, files: readonly PlannedFile[]): Promise<void> {
  for (const { id } of files.flatMap((file) => file.gone)) {
    if (gone === 'disable') await client.tasks.disable(id)
    else if (gone === 'delete') await client.tasks.remove(id)
  }
}

async function take(work: CarryingOut, line: PlannedLine, step: ImportStep, path: string): Promise<void> {
  switch (step.kind) {
    case 'create':
      return create(work, line, path)
    case 'rename':
      return createRenamed(work.client, line)
    case 'update':
      await work.client.tasks.update(line.id!, step.changes)
      return become(line, 'replaced')
    case 'leave':
      return leave(line, step.result)
    case 'refuse':
      throw new Error(say`A task of this name exists already. Choose another name.`)
  }
}

/** A line with a remark keeps it, whatever comes of its task. */
function become(line: PlannedLine, result: PlannedLine['result']): void {
  if (line.result === 'imported') line.result = result
}

function leave(line: PlannedLine, result: 'unchanged' | 'changed' | 'exists'): void {
  if (result === 'unchanged') become(line, result)
  else line.result = result
  if (result === 'changed')
    line.message = say`It has changed since it was imported, and was left as it is (--existing replace takes the change over).`
  if (result === 'exists')
    line.message = say`A task ${JSON.stringify(line.task!.name)} exists and was left as it is (--existing replace changes it).`
}

/** Names are not looked up beforehand: most are free, and of the others the server says so. */
async function create(work: CarryingOut, line: PlannedLine, path: string): Promise<void> {
  try {
    line.id = (await work.client.tasks.create(line.task!)).id
  } catch (error) {
    if (!ApiError.is(error) || error.status !== 409) throw error
    const there = standing(await findTask(work.client, line.task!.name))
    const { task, step } = whenTaken(line.task!, there, { source: path, taken: work.taken, wishes: work.wishes })
    if (step.kind === 'refuse') throw error
    line.task = task
    line.id = there.id
    await take(work, line, step, path)
  }
}

async function createRenamed(client: Client, line: PlannedLine): Promise<void> {
  const task = line.task!
  const names = otherNames(task.name)
  for (const name of names) {
    const renamed = { ...task, name }
    try {
      line.id = (await client.tasks.create(renamed)).id
      line.task = renamed
      return become(line, 'renamed')
    } catch (error) {
      if (!ApiError.is(error) || error.status !== 409) throw error
    }
  }
  throw new Error(say`${names.length + 1} names like ${task.name} are taken.`)
}

function refuse(line: PlannedLine, error: unknown): void {
  refuseFor(line, { errors: ApiError.is(error) ? error.errors : [], error: (error as Error).message })
}

function refuseFor(
  line: PlannedLine,
  { errors, error }: { errors: readonly FieldError[]; error: string | null },
): void {
  const fields = errors.map(fieldLine)
  const reason = fields.length > 0 ? fields.join(' ') : (error ?? '')
  line.result = 'refused'
  line.message = say`Not imported: ${reason}`
}

/** What will happen to every following task as well. */
function isFatal(error: unknown): boolean {
  return UnreachableError.is(error) || (ApiError.is(error) && [401, 403, 503].includes(error.status))
}
