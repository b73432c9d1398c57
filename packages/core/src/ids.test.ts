import { expect, test } from 'vitest'
import { createIds } from './ids.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const NOW = Date.UTC(2026, 0, 1)

const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
const inOrder = (ids: string[]) => ids.every((id, i) => i === 0 || ids[i - 1]! < id)

test('an id is a UUID of version 7 that begins with its millisecond (RFC 9562 §5.7)', () => {
  const nextId = createIds(() => NOW)
  for (let n = 0; n < 1000; n++) {
    const id = nextId()
    expect(id).toMatch(UUID_V7)
    expect(timeOf(id)).toBe(NOW)
  }
})

test('ids sort in the order in which they were made, also within a millisecond', () => {
  let now = NOW
  const nextId = createIds(() => now)
  const ids = Array.from({ length: 30_000 }, (_, n) => {
    if (n % 7000 === 0) now += 1
    return nextId()
  })
  expect(inOrder(ids)).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
})

test('a clock that is set back does not break the order', () => {
  let now = NOW
  const nextId = createIds(() => now)
  const ids = [nextId()]
  now -= 3_600_000
  ids.push(nextId(), nextId())
  now = NOW + 1
  ids.push(nextId())
  expect(inOrder(ids)).toBe(true)
})

test('two makers of the same moment make different ids', () => {
  const [one, two] = [createIds(() => NOW), createIds(() => NOW)]
  expect(one()).not.toBe(two())
})

test('the same random bytes make the same ids', () => {
  const seeded = () =>
    createIds(
      () => NOW,
      (target) => target.fill(0xff),
    )
  const [one, two] = [seeded(), seeded()]
  const id = one()
  expect(id).toBe(two())
  expect(id).toMatch(UUID_V7)
})
