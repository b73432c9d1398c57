import { array, assert, integer, oneof, property } from 'fast-check'
import { expect, test } from 'vitest'
import { NumberHeap } from './time-heap.ts'

test('an empty heap has no first key and nothing to give', () => {
  const heap = new NumberHeap<string>()
  expect(heap.firstKey).toBe(Number.POSITIVE_INFINITY)
  expect(heap.pop()).toBeUndefined()
  expect(heap.size).toBe(0)
})

test('whatever is pushed and popped in between, the smallest key comes out first, and of equal ones the eldest', async () => {
  // A number is pushed; -1 stands for a pop.
  const steps = array(oneof(integer({ min: 0, max: 9 }), integer({ min: -1, max: -1 })), { maxLength: 200 })
  await assert(
    property(steps, (keys) => {
      const heap = new NumberHeap<{ key: number }>()
      const model: { key: number }[] = []
      for (const key of keys) {
        if (key === -1) {
          // A stable sort.
          model.sort((a, b) => a.key - b.key)
          expect(heap.firstKey).toBe(model[0]?.key ?? Number.POSITIVE_INFINITY)
          expect(heap.pop()).toBe(model.shift())
        } else {
          const item = { key }
          heap.push(key, item)
          model.push(item)
        }
        expect(heap.size).toBe(model.length)
      }
    }),
  )
})
