import { expect, test } from 'vitest'
import { withoutTrailing } from './trailing.ts'

test('only what a text ends in is dropped', () => {
  expect(withoutTrailing('/a//b//', '/')).toBe('/a//b')
  expect(withoutTrailing('-.a.-b-.-', '-.')).toBe('-.a.-b')
  expect(withoutTrailing('////', '/')).toBe('')
  expect(withoutTrailing('', '/')).toBe('')
})
