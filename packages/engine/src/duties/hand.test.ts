import { expect, test } from 'vitest'
import { createHand } from './hand.ts'
import { STAGES, type Stage } from './stages.ts'

function opened() {
  const hand = createHand()
  const take = (seq: number, id = `e${seq}`) => hand.take({ seq, id } as never, {} as never)
  return { hand, take }
}

const counts = ({ unstartedCount, underWayCount }: ReturnType<typeof createHand>) => [unstartedCount, underWayCount]

test('what is taken goes its way from stage to stage, and is counted as started from its offer on', () => {
  const { hand, take } = opened()
  const held = take(1)
  for (const stage of ['admitting', 'waiting', 'reserved'] as const) {
    hand.move(held, stage)
    expect([held.stage, ...counts(hand)]).toEqual([stage, 1, 0])
  }
  hand.move(held, 'offered')
  expect(counts(hand)).toEqual([0, 1])
  hand.move(held, 'running')
  expect(hand.underWay()).toEqual([held])
  hand.leave(held)
  hand.leave(held)
  expect([held.stage, ...counts(hand), hand.get(1)]).toEqual(['gone', 0, 0, undefined])
})

test.each([
  ['running', 'held'],
  ['waiting', 'admitting'],
  ['withheld', 'offered'],
  ['gone', 'held'],
] as [Stage, Stage][])('there is no way from %s to %s', (from, to) => {
  const { hand, take } = opened()
  const held = take(1)
  Object.assign(held, { stage: from })
  expect(() => hand.move(held, to)).toThrow(`an execution that is ${from} cannot be ${to} next`)
})

test('a row that came again under a later claim stays when the earlier one leaves', () => {
  const { hand, take } = opened()
  const earlier = take(1)
  hand.move(earlier, 'offered')
  const later = take(1)
  expect(counts(hand)).toEqual([1, 1])
  hand.leave(earlier)
  expect(hand.get(1)).toBe(later)
  expect(counts(hand)).toEqual([1, 0])
})

test('every stage leads somewhere and can be reached, but for the first and the last', () => {
  const reached = new Set(Object.values(STAGES).flatMap(({ leads }) => leads))
  for (const [stage, { leads }] of Object.entries(STAGES)) {
    expect([stage, leads.length > 0]).toEqual([stage, stage !== 'gone'])
    expect(reached.has(stage as Stage)).toBe(true)
  }
})
