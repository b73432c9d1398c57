import { expect, test } from 'vitest'
import { placementOf } from './placement.ts'

test('an explanation that says nothing of nodes has no placement', () => {
  expect(placementOf({ status: 'success' })).toBeNull()
  expect(placementOf({ placement: [] })).toBeNull()
})

test('what is missing or of another form is left away, and the rest is told', () => {
  const found = placementOf({ placement: { strategy: 7, judged: [3, { id: 'a' }], steps: 'none', fitting: 1 } })
  expect(found).toMatchObject({
    ...{ strategy: null, fitting: 1, candidates: 0, steps: [], attempts: [] },
    judged: [{ id: 'a', reason: null, score: null, scores: null }],
  })
})

test('the node that has it comes before the one that was chosen first, and the commonest reason comes first', () => {
  const placement = { chosen: 'a', node: 'b', turned_away: { FULL: 1, OFFLINE: 3 } }
  expect(placementOf({ placement })).toMatchObject({
    chosen: 'b',
    turnedAway: [
      ['OFFLINE', 3],
      ['FULL', 1],
    ],
  })
})
