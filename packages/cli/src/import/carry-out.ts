import { say } from '@rota/core'
import { ApiError, type Client, type Task, UnreachableError } from '@rota/sdk'
import { fieldLine } from '../report-error.ts'
import { findTask } from '../session/find-task.ts'
import type { PlannedFile, PlannedLine } from './plan.ts'

/** What to do when a task of the name exists already. */
export type Existing = 'skip' | 'replace' | 'rename' | 'fail'

/** Numbers tried by `rename`. */
const MOST_NUMBERS = 50

/**
 * Makes the planned tasks on the server, one after the other, and notes on each line what came of it. A task that is
 * refused does not stop the others; when the server goes away, the rest is noted as not imported.
 */
export async function carryOut(
  client: Client,
  files: readonly PlannedFile[],
  ways: Ways,
  progress: (done: number, name: string) => void,
): Promise<void> {
  const lines = files.flatMap((file) => file.lines.filter(({ task }) => task !== null))
  for (const [index, line] of lines.entries()) {
    progress(index / lines.length, line.task!.name)
    try {
      await makeTask(client, line, ways)
    } catch (error) {
      if (index === 0 && isFatal(error)) throw error
      refuse(line, error)
      if (!isFatal(error)) continue
      for (const rest of lines.slice(index + 1)) refuse(rest, error)
      return
    }
  }
  await takeAway(client, files, ways.gone)
}

/** What becomes of tasks whose jobs have gone from their file. */
export type Gone = 'keep' | 'disable' | 'delete'

/** How an import treats what is there. */
export interface Ways {
  existing: Existing
  gone: Gone
  /** Asked for all tasks; undefined leaves it to each. */
  group: string | undefined
  isDisabled: boolean
}

async function takeAway(client: Client, files: readonly PlannedFile[], gone: Gone): Promise<void> {
  for (const { id } of files.flatMap((file) => file.gone)) {
    if (gone === 'disable') await client.tasks.disable(id)
    else if (gone === 'delete') await client.tasks.remove(id)
  }
}

async function makeTask(client: Client, line: PlannedLine, ways: Ways): Promise<void> {
  const task = line.task!
  const { existing } = ways
  if (line.earlier !== null) return keepUp(client, line, line.earlier, ways)
  try {
    line.id = (await client.tasks.create(task)).id
  } catch (error) {
    if (!ApiError.is(error) || error.status !== 409) throw error
    if (existing === 'fail') throw error
    if (existing === 'rename') return makeRenamed(client, line)
    const there = await findTask(client, task.name)
    line.id = there.id
    if (existing === 'skip') {
      line.result = 'exists'
      line.message = say`A task ${JSON.stringify(task.name)} exists and was left as it is (--existing replace changes it).`
      return
    }
    await client.tasks.update(there.id, task)
    if (line.result === 'imported') line.result = 'replaced'
  }
}

/** A job that an earlier import has taken over. What people have decided about its task since stays. */
async function keepUp(client: Client, line: PlannedLine, earlier: Task, ways: Ways): Promise<void> {
  const { existing, group, isDisabled } = ways
  const isMoved = (group !== undefined && group !== earlier.group) || (isDisabled && earlier.enabled === true)
  if (line.finding === 'unchanged' && !(existing === 'replace' && isMoved)) {
    if (line.result === 'imported') line.result = 'unchanged'
    return
  }
  if (existing !== 'replace') {
    line.result = 'changed'
    line.message = say`It has changed since it was imported, and was left as it is (--existing replace takes the change over).`
    return
  }
  const { name: _n, tags: _t, group: _g, enabled: _e, ...rest } = line.task!
  const asked = { ...(group === undefined ? {} : { group }), ...(isDisabled ? { enabled: false } : {}) }
  await client.tasks.update(earlier.id, { ...rest, ...asked })
  if (line.result === 'imported') line.result = 'replaced'
}

async function makeRenamed(client: Client, line: PlannedLine): Promise<void> {
  const task = line.task!
  for (let number = 2; number <= MOST_NUMBERS; number++) {
    const renamed = { ...task, name: `${task.name} ${number}` }
    try {
      line.id = (await client.tasks.create(renamed)).id
      line.task = renamed
      if (line.result === 'imported') line.result = 'renamed'
      return
    } catch (error) {
      if (!ApiError.is(error) || error.status !== 409) throw error
    }
  }
  throw new Error(say`${MOST_NUMBERS} names like ${task.name} are taken.`)
}

function refuse(line: PlannedLine, error: unknown): void {
  const fields = ApiError.is(error) ? error.errors.map(fieldLine) : []
  const reason = fields.length > 0 ? fields.join(' ') : (error as Error).message
  line.result = 'refused'
  line.message = say`Not imported: ${reason}`
}

/** What will happen to every following task as well. */
function isFatal(error: unknown): boolean {
  return UnreachableError.is(error) || (ApiError.is(error) && [401, 403, 503].includes(error.status))
}
