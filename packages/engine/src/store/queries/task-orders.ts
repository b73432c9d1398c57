import type { TaskStatus } from '@rota/core'
import { sql } from 'kysely'
import type { TaskQuery, TaskRecord, UnindexedTaskField } from '../../ports/queries.ts'
import type { Condition } from './condition.ts'
import type { CursorValue } from './page.ts'
import { hole } from './shape.ts'
import { statusConditions } from './task-filter.ts'

export type TaskSort = NonNullable<TaskQuery['sort']>
type Field = TaskSort extends infer Sort ? (Sort extends `-${infer Of}` ? Of : Sort) : never

/** What a list is in the order of, and whether that order is turned round. */
export interface TaskOrder {
  field: Field
  isReversed: boolean
}

export function orderOf(sort: TaskSort = 'name'): TaskOrder {
  return sort.startsWith('-')
    ? { field: sort.slice(1) as Field, isReversed: true }
    : { field: sort as Field, isReversed: false }
}

type Key = keyof typeof KEYS

/** A part of a list that an index holds in its order: a list is one, or several, one behind the other. */
export interface Stretch {
  /** Tells it from others. */
  name: string
  where: readonly Condition[]
  order: ReturnType<typeof sql>
  /** What comes behind the position that the holes `k0`, `k1`, … say. */
  behind: Condition
  positionOf: (record: TaskRecord) => CursorValue[]
}

/** As many values as a position can have: which stretch, and what it is sorted by. */
export const POSITION_LENGTH = 4

const KEYS = {
  name: { column: sql.ref('t.name'), of: ({ task }: TaskRecord) => task.name },
  group: { column: sql.ref('t.task_group'), of: ({ task }: TaskRecord) => task.group ?? '' },
  type: { column: sql.ref('t.type'), of: ({ task }: TaskRecord) => task.type },
  updated: { column: sql.ref('t.updated_at'), of: ({ task }: TaskRecord) => task.updatedAt },
  seq: { column: sql.ref('t.seq'), of: ({ task }: TaskRecord) => task.seq },
}

/** From what goes on by itself to what somebody has stopped. */
const STATUSES = ['active', 'paused', 'finished', 'disabled'] as const satisfies TaskStatus[]

export function isUnindexed(field: Field): field is UnindexedTaskField {
  return field === 'last_run' || field === 'run_count' || field === 'tags'
}

/** The stretches of a list in their order. What has no group comes last, whichever way groups are sorted. */
export function stretchesOf({
  field,
  isReversed,
}: TaskOrder & { field: Exclude<Field, 'next_run' | UnindexedTaskField> }): Stretch[] {
  const one = (keys: readonly Key[], name = '', where: readonly Condition[] = []) =>
    stretchOf({ name, keys, where, isDescending: isReversed !== NEWEST_FIRST.has(field) })
  switch (field) {
    case 'name':
      return [one(['name', 'seq'])]
    case 'type':
      return [one(['type', 'name', 'seq'])]
    case 'created_at':
      return [one(['seq'])]
    case 'updated_at':
      return [one(['updated', 'seq'])]
    case 'group':
      return [
        one(['group', 'name', 'seq'], 'grouped', [sql`t.task_group is not null`]),
        one(['name', 'seq'], 'ungrouped', [sql`t.task_group is null`]),
      ]
    case 'status': {
      const all = STATUSES.map((status) => one(['name', 'seq'], status, statusConditions(status)))
      return isReversed ? all.reverse() : all
    }
  }
}

/** Lists by these begin with the latest. */
const NEWEST_FIRST: ReadonlySet<Field> = new Set(['created_at', 'updated_at'])

interface StretchParts {
  name: string
  keys: readonly Key[]
  where: readonly Condition[]
  isDescending: boolean
}

function stretchOf({ name, keys, where, isDescending }: StretchParts): Stretch {
  const columns = keys.map((key) => KEYS[key].column)
  const after = keys.map((_, at) => hole(`k${at}`))
  const direction = isDescending ? sql`desc` : sql`asc`
  return {
    name,
    where,
    order: sql.join(columns.map((column) => sql`${column} ${direction}`)),
    behind: sql`(${sql.join(columns)}) ${isDescending ? sql`<` : sql`>`} (${sql.join(after)})`,
    positionOf: (record) => keys.map((key) => KEYS[key].of(record)),
  }
}
