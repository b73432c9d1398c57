import { expect, test } from 'vitest'
import { sideBySide } from './side-by-side.ts'

test('instants that both lists have stand in one row, the others on their side', () => {
  expect(sideBySide([1, 2], [2, 3])).toEqual([
    { at: 1, before: true, after: false },
    { at: 2, before: true, after: true },
    { at: 3, before: false, after: true },
  ])
})

test('nothing is said about instants beyond the end of a full list', () => {
  const rows = sideBySide([10, 20, 30], [5, 10, 15], 3)
  expect(rows.map(({ at }) => at)).toEqual([5, 10, 15])
})

test('a list that is not full is all there is', () => {
  expect(sideBySide([10], [], 3)).toEqual([{ at: 10, before: true, after: false }])
})
