import { type Arbitrary, assert, boolean, constantFrom, integer, oneof, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../json.ts'
import type { TaskInput } from '../task.ts'
import { readTask, taskInputOf } from '../task-document.ts'
import { changesBetween, tidyTask } from './tidy.ts'

const UTC = { defaultTimezone: 'UTC' }
const read = (input: Partial<TaskInput>) => readTask({ name: 'a', type: 'shell', ...input }, UTC)
const document: Arbitrary<Partial<TaskInput>> = record(
  {
    description: constantFrom('', 'x'),
    tags: constantFrom<string[]>([], ['a']),
    command: constantFrom('true', 'false'),
    params: record(
      { args: constantFrom<Json[]>([], [1]), kwargs: constantFrom<Record<string, Json>>({}, { a: 1 }) },
      { requiredKeys: [] },
    ),
    schedule: constantFrom('@daily', '@hourly'),
    schedules: constantFrom<TaskInput['schedules'] & {}>([], [{ schedule: '@weekly', timezone: null }]),
    misfire: record({ max: integer({ min: 99, max: 101 }) }, { requiredKeys: [] }),
    retry: oneof(constantFrom(null), record({ max_attempts: integer({ min: 1, max: 2 }) })),
    enabled: boolean(),
  },
  { requiredKeys: [] },
)

describe('a tidy document', () => {
  test('says the same as the full one', async () => {
    await assert(
      property(document, (input) => {
        expect(read(tidyTask(taskInputOf(read(input))))).toEqual(read(input))
      }),
    )
  })

  test('has the order of the table, and behind it what nobody knows', () => {
    const input = { later: 1, enabled: false, command: 'true', type: 'shell', name: 'a' } as Partial<TaskInput>
    expect(Object.keys(tidyTask(input))).toEqual(['name', 'type', 'command', 'enabled', 'later'])
  })

  test('keeps how many attempts a policy of its own has, also one', () => {
    expect(tidyTask({ retry: { max_attempts: 1, backoff: 'fixed' } })).toEqual({ retry: { max_attempts: 1 } })
  })
})

describe('the change between two documents', () => {
  /** As the server lays it over: the payload of a type stays unless it is named. */
  test('makes the one say what the other says', async () => {
    await assert(
      property(document, document, (one, other) => {
        const [before, after] = [tidyTask(taskInputOf(read(one))), tidyTask(taskInputOf(read(other)))]
        const changes = changesBetween(before, after)
        const { schedule: _, schedules: __, ...rest } = taskInputOf(read(one))
        const kept = 'schedule' in changes || 'schedules' in changes ? rest : taskInputOf(read(one))
        const { command: ___, ...made } = taskInputOf(read({ ...kept, ...changes }))
        const { command: ____, ...wanted } = taskInputOf(read(other))
        expect(made).toEqual(wanted)
      }),
    )
  })

  test('names the schedules that stay, which a new one would replace', () => {
    const before = { schedule: '@daily', schedules: [{ schedule: '@weekly' }] }
    expect(changesBetween(before, { ...before, schedule: '@hourly' })).toEqual({ ...before, schedule: '@hourly' })
    expect(changesBetween(before, { schedules: before.schedules })).toEqual({ schedules: before.schedules })
    expect(changesBetween({ schedule: '@daily' }, {})).toEqual({ schedules: [] })
  })
})
