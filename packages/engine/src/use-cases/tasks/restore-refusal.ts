import { RotaError, type Scope, say, TASK_FIELDS } from '@rota/core'
import type { UseCaseContext } from '../context.ts'

/** Names looked at before none is offered. */
const MOST_NUMBERS = 20

/** What is said when a task cannot come back because another one has its name: who that is, and a name that is free. */
export async function nameTaken(
  { queries }: Pick<UseCaseContext, 'queries'>,
  name: string,
  scope: Scope,
): Promise<RotaError> {
  const candidates = Array.from({ length: MOST_NUMBERS }, (_, i) => numbered(name, i + 1))
  const found = await queries.tasksNamed([name, ...candidates], scope)
  const taken = new Set(found.map((each) => each.name))
  const holder = found.find((each) => each.name === name)
  const suggestion = candidates.find((each) => !taken.has(each))
  const who = holder === undefined ? say`is taken by another task` : say`is taken by the task ${holder.id}`
  const path = { path: 'name', message: who, ...(suggestion !== undefined && { suggestion }) }
  const quoted = JSON.stringify(name)
  if (suggestion === undefined)
    return new RotaError('conflict', say`The name ${quoted} is taken: give another.`, [path])
  return new RotaError(
    'conflict',
    say`The name ${quoted} is taken: give another, for example ${JSON.stringify(suggestion)}.`,
    [path],
  )
}

function numbered(name: string, number: number): string {
  const end = number === 1 ? ' (restored)' : ` (restored ${number})`
  const start = name.slice(0, TASK_FIELDS.name.most - end.length)
  return `${(start.isWellFormed() ? start : start.slice(0, -1)).trimEnd()}${end}`
}
