import { createIds, EVERYTHING } from '@rota/core'
import { openSqliteStore } from '@rota/engine'
import { ServerProcess } from './server-process.ts'

const AT_ONCE = 1_000

interface ManyTasks {
  count: number
  nameOf: (number: number) => string
  groupOf: (number: number) => string
}

/**
 * Fills an empty data directory with tasks on a monthly schedule. The first is made as people make tasks; the store then
 * takes copies by the thousand: some 10,000 a second.
 */
export async function fillWithTasks(dataDir: string, { count, nameOf, groupOf }: ManyTasks): Promise<void> {
  const model = await new ServerProcess({ dataDir, env: { ROTA_EXAMPLES: 'false' } }).start()
  const { id } = await model.ask<{ id: string }>('POST', '/api/scheduler/tasks', {
    name: nameOf(0),
    group: groupOf(0),
    type: 'shell',
    command: 'true',
    schedule: { type: 'monthly', days: [1], times: ['02:00'] },
  })
  await model.stop()
  const store = await openSqliteStore({ folder: dataDir })
  const { seq: _, ...row } = (await store.tasks.byId(id, EVERYTHING))!
  const { body } = await store.kysely.selectFrom('schedule_rules').select('body').executeTakeFirstOrThrow()
  const { next_due_at: dueAt } = await store.kysely
    .selectFrom('schedules')
    .select('next_due_at')
    .executeTakeFirstOrThrow()
  const nextId = createIds(() => row.createdAt + 1)
  for (let from = 1; from < count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => from + at)
    await store.tasks.insert(
      numbers.map((number) => ({
        row: { ...row, id: nextId(), name: nameOf(number), group: groupOf(number) },
        schedules: [{ ordinal: 0, body, next: () => dueAt }],
        keys: [],
      })),
    )
  }
  await store.close()
}
