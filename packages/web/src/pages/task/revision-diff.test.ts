import { describe, expect, test } from 'vitest'
import { changesBetween, lineDiff, plainText, rulesIn } from './revision-diff.ts'

describe('what a version changed', () => {
  test('is named by field, members of policies by theirs', () => {
    const before = { name: 'a', retry: { max_attempts: 2 }, env: { A: '1' } }
    const after = { name: 'a', retry: { max_attempts: 3 }, env: { A: '1', B: '2' }, priority: 5 }
    expect(changesBetween(before, after)).toEqual([
      { field: 'retry.max_attempts', before: 2, after: 3 },
      { field: 'env.B', before: undefined, after: '2' },
      { field: 'priority', before: undefined, after: 5 },
    ])
  })

  test('is nothing where a default was only written down', () => {
    expect(changesBetween({ name: 'a' }, { name: 'a', priority: 0, retry: null })).toEqual([])
  })
})

describe('a value', () => {
  test('is written as people write it', () => {
    expect(plainText(['db', 'nightly'])).toBe('db, nightly')
    expect(plainText({ type: 'weekly', days: ['mon', 'tue'], times: ['02:00'] })).toBe(
      'type: weekly, days: mon, tue, times: 02:00',
    )
    expect(plainText(undefined)).toBe('')
    expect(plainText(null)).toBe('null')
  })

  test('holds schedules where its field does', () => {
    expect(rulesIn('schedule', '0 2 * * *')).toEqual([{ rule: '0 2 * * *', zone: null }])
    expect(rulesIn('schedules', [{ schedule: '@daily', timezone: 'Asia/Tokyo' }])).toEqual([
      { rule: '@daily', zone: 'Asia/Tokyo' },
    ])
    expect(rulesIn('tags', ['a'])).toBeNull()
    expect(rulesIn('schedule', undefined)).toBeNull()
  })
})

describe('two texts', () => {
  test('share their common lines, in order', () => {
    expect(lineDiff('a\nb\nc', 'a\nx\nc\nd').map(({ kind, text }) => `${kind[0]}${text}`)).toEqual([
      'sa',
      'rb',
      'ax',
      'sc',
      'ad',
    ])
  })

  test('give back both when put together', () => {
    const [before, after] = ['1\n2\n3\n4\n5', '2\n3\n9\n5\n6']
    const lines = lineDiff(before, after)
    const side = (left: string) =>
      lines
        .filter(({ kind }) => kind !== left)
        .map(({ text }) => text)
        .join('\n')
    expect(side('added')).toBe(before)
    expect(side('removed')).toBe(after)
  })
})
