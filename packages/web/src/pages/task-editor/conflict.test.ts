import { describe, expect, test } from 'vitest'
import type { TaskDocument } from '../../subjects/task/task-document.ts'
import { conflictOf, mergeOf } from './conflict.ts'

const base: TaskDocument = { name: 'a', command: 'x', priority: 1, schedule: '0 1 * * *' }
const theirs: TaskDocument = { name: 'a', command: 'y', priority: 2, schedule: '0 2 * * *' }
const yours: TaskDocument = { name: 'b', command: 'x', priority: 3, schedule: '0 1 * * *' }

describe('two changes of one task', () => {
  test('name what they changed, and which fields both did', () => {
    const fields = conflictOf(base, theirs, yours)
    expect(fields.map(({ field, isContested }) => [field, isContested])).toEqual([
      ['command', false],
      ['priority', true],
      ['schedule', false],
    ])
  })

  test('are merged field by field; contested ones are yours unless theirs is chosen', () => {
    const documents = { base, theirs, yours }
    expect(mergeOf(documents, {})).toEqual({ name: 'b', command: 'y', priority: 3, schedule: '0 2 * * *' })
    expect(mergeOf(documents, { priority: 'theirs' })).toHaveProperty('priority', 2)
  })

  test('a field that you took away stays away', () => {
    const { command: _command, ...without } = base
    expect(mergeOf({ base, theirs: { ...base, priority: 9 }, yours: without }, {})).not.toHaveProperty('command')
  })

  test('schedules in two fields are one thing: none is left over from the other side', () => {
    const own = { schedule: '0 9 * * *', timezone: 'Asia/Tokyo' }
    const { schedule: _schedule, ...rest } = base
    const documents = { base, theirs, yours: { ...rest, schedules: [own] } }
    expect(mergeOf(documents, {})).not.toHaveProperty('schedule')
    expect(mergeOf(documents, { schedule: 'theirs' })).not.toHaveProperty('schedules')
  })

  test('the same change on both sides is no contest', () => {
    expect(conflictOf(base, { ...base, priority: 5 }, { ...base, priority: 5 })[0]?.isContested).toBe(false)
  })
})
