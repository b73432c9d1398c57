import { describe, expect, test } from 'vitest'
import { isDayOrInstant, isLateness, readTyped } from './filter-words.ts'

const KEYS = [
  { key: 'status', label: '', check: (value: string) => (value === 'failed' ? null : 'no such status') },
  { key: 'group', label: '' },
  { key: 'late', label: '', check: (value: string) => (isLateness(value) ? null : 'no time') },
]
const read = (typed: string, hasText = true) => readTyped(typed, KEYS, hasText)

describe('filters as they are typed', () => {
  test('are read one by one or all at once, with text beside them', () => {
    expect(read('status:failed')).toEqual({ isGood: true, filter: { status: 'failed' } })
    expect(read('status:failed group:data base late:>5s disk full')).toEqual({
      isGood: true,
      filter: { status: 'failed', group: 'data base', late: '>5s', q: 'disk full' },
    })
    expect(read('group: status:failed')).toEqual({ isGood: true, filter: { status: 'failed' } })
  })

  test('that are not there or take no such value are refused with the reason', () => {
    expect(read('staus:failed')).toEqual({ isGood: false, key: 'staus' })
    expect(read('late:5s')).toEqual({ isGood: false, key: 'late', why: 'no time' })
    expect(read('disk', false)).toEqual({ isGood: false, key: null })
  })

  test('a lateness is a comparison and a time', () => {
    const values = ['>5s', '>=500ms', '<2m', '<=1h', '5s', '>5', '> 5s', '>5d', '=5s', '>-5s']
    expect(values.filter(isLateness)).toEqual(['>5s', '>=500ms', '<2m', '<=1h'])
  })

  test('an instant is a day, or has its zone', () => {
    const values = [
      '2026-12-01',
      '2026-12-01T10:00Z',
      '2026-12-01T10:00:00+01:00',
      '2026-12-01T10:00',
      'today',
      '2026-13-01',
    ]
    expect(values.filter(isDayOrInstant)).toEqual(values.slice(0, 3))
  })
})
