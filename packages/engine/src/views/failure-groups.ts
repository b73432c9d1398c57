import type { FailureGroup } from '../api/overviews.ts'
import type { FailureRecord } from '../ports/overviews.ts'
import { fingerprintOf, maskedMessage, messageOf } from './fingerprint.ts'
import { isoOf } from './instants.ts'

const MOST_GROUPS = 100
const MOST_TASKS = 10
/** Ids of the latest, enough to look at them; whoever runs all again asks for their group alone. */
const MOST_IDS = 100
/** Messages are looked at in slices, so that many do not hold up the engine's loop. */
const ROWS_PER_SLICE = 200

interface Group {
  first: FailureRecord
  last: FailureRecord
  message: string
  example: string
  count: number
  ids: string[]
  tasks: Map<string, { id: string; name: string; count: number }>
}

/**
 * Puts failures that are alike together; `records` come newest first. With `wanted`, the group of that fingerprint alone,
 * with all its ids.
 */
export async function failureGroups(records: readonly FailureRecord[], wanted?: string): Promise<FailureGroup[]> {
  const groups = new Map<string, Group>()
  for (const [i, record] of records.entries()) {
    if (i % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) await new Promise((resolve) => setImmediate(resolve))
    const example = messageOf(record)
    const message = maskedMessage(example)
    const fingerprint = fingerprintOf(record.failure, message)
    if (wanted !== undefined && fingerprint !== wanted) continue
    const tasks = new Map()
    const group = groups.get(fingerprint) ?? { first: record, last: record, message, example, count: 0, ids: [], tasks }
    groups.set(fingerprint, group)
    add(group, record, wanted === undefined ? MOST_IDS : Number.POSITIVE_INFINITY)
  }
  return [...groups]
    .sort(([, a], [, b]) => b.count - a.count || b.last.finishedAt - a.last.finishedAt)
    .slice(0, MOST_GROUPS)
    .map(([fingerprint, group]) => view(fingerprint, group))
}

function add(group: Group, record: FailureRecord, mostIds: number): void {
  group.first = record
  group.count++
  if (group.ids.length < mostIds) group.ids.push(record.id)
  const { taskId: id, taskName } = record
  if (id === null) return
  const task = group.tasks.get(id) ?? { id, name: taskName ?? '', count: 0 }
  group.tasks.set(id, task)
  task.count++
}

function view(fingerprint: string, { first, last, message, example, count, ids, tasks }: Group): FailureGroup {
  const most = [...tasks.values()].sort((a, b) => b.count - a.count)
  return {
    fingerprint,
    kind: last.failure,
    message,
    example,
    count,
    task_count: tasks.size,
    tasks: most.slice(0, MOST_TASKS),
    first_at: isoOf(first.finishedAt),
    last_at: isoOf(last.finishedAt),
    execution_ids: ids,
  }
}
