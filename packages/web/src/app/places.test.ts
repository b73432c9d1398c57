import { expect, test } from 'vitest'
import { PLACES, staleHere } from './places.ts'

test('every place has an address of its own', () => {
  const paths = PLACES.map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
})

test('what several places read is made old by the same in each of them', () => {
  const here = staleHere()
  for (const { path, stale } of PLACES) expect({ path, ...here }).toMatchObject({ path, ...stale })
})
