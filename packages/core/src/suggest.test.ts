import { expect, test } from 'vitest'
import { suggest } from './suggest.ts'

test('the nearest candidate within a slip or two is suggested', () => {
  expect(suggest('schedul', ['task', 'schedule', 'timezone'])).toBe('schedule')
  expect(suggest('Asia/Shangai', ['Asia/Taipei', 'Asia/Shanghai'])).toBe('Asia/Shanghai')
})

test('a swap of two neighbouring letters counts as one slip', () => {
  expect(suggest('mno', ['sun', 'mon'])).toBe('mon')
})

test('case alone never stands in the way', () => {
  expect(suggest('EVERY', ['unit', 'every'])).toBe('every')
})

test('nothing is suggested when nothing is near', () => {
  expect(suggest('banana', ['task', 'schedule'])).toBeUndefined()
  expect(suggest('x', ['y'])).toBeUndefined()
  expect(suggest('', ['y'])).toBeUndefined()
  expect(suggest('stop', ['store'])).toBeUndefined()
  expect(suggest('x'.repeat(10_000), ['x'.repeat(10_001)])).toBeUndefined()
})
