import { expect, test } from 'vitest'
import { createMemoryDisk } from './sqlite/open.ts'
import { TRANSFERRED } from './transfer.ts'

/** What a copy leaves behind, each for the reason that TRANSFERRED gives, or because it is the database's own. */
const LEFT_BEHIND = ['happenings', 'outbox_consumers', 'schema_migrations', 'starts']

test('a copy takes every table over, or leaves it behind on purpose', () => {
  const tables = createMemoryDisk().select(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  )
  const taken = TRANSFERRED.map(({ name }) => name)
  const forgotten = tables.map(({ name }) => name as string).filter((name) => !taken.includes(name))
  expect(forgotten.sort()).toEqual(LEFT_BEHIND)
})
