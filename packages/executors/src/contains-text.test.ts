import { array, assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { containsText } from './contains-text.ts'

const letters = array(constantFrom('a', 'b', 'aaaa', 'abab'), { maxLength: 60 }).map((parts) => parts.join(''))

test('finds what includes finds', () => {
  void assert(
    property(letters, letters, letters, (before, wanted, after) => {
      expect(containsText(before + wanted + after, wanted)).toBe(true)
      expect(containsText(before + after, wanted)).toBe((before + after).includes(wanted))
    }),
    { numRuns: 500 },
  )
})
