import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unknownHandler } from './handler-payload.ts'
import { checkExpectedStatus } from './http-expected-status.ts'
import { checkOptionNames } from './option-names.ts'
import { checkUnknown } from './payload-checks.ts'

const name = fc.stringMatching(/^[a-z_]{1,8}$/)
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 6 })

test('a field, an option or a handler that is suggested exists and is not there already', () => {
  let suggested = 0
  const check = (suggestion: string | undefined, known: readonly string[], given: object) => {
    if (suggestion === undefined) return
    suggested++
    expect(known).toContain(suggestion)
    expect(Object.keys(given)).not.toContain(suggestion)
  }
  fc.assert(
    fc.property(names, names, fc.nat(), fc.constantFrom('', 'x', '_'), (known, others, at, by) => {
      const slip = known[0]!.slice(0, at % 8) + by + known[0]!.slice((at % 8) + 1)
      const given = Object.fromEntries([slip, ...others].map((key) => [key, true]))
      for (const { suggestion } of checkUnknown('', given, known)) check(suggestion, known, given)
      const options = Object.fromEntries(known.map((key) => [key, true as const]))
      for (const { suggestion } of checkOptionNames('', given, options)) check(suggestion, known, given)
      if (!known.includes(slip)) check(unknownHandler(slip, known).suggestion, known, {})
    }),
    { numRuns: 500 },
  )
  expect(suggested).toBeGreaterThan(200)
})

test('a handler of another name altogether is not suggested', () => {
  expect(unknownHandler('a', ['b'])).not.toHaveProperty('suggestion')
  expect(unknownHandler('stop', ['store'])).not.toHaveProperty('suggestion')
})

test.each([
  ['2x', '2xx'],
  ['4**', '4xx'],
  ['200..204', '200-204'],
  ['ok', '2xx'],
  ['999', undefined],
  ['banana', undefined],
  ['204-200', undefined],
])('the expected status %s is offered as %s, which is taken', (given, suggestion) => {
  expect(checkExpectedStatus('expect_status', given)[0]?.suggestion).toBe(suggestion)
  if (suggestion !== undefined) expect(checkExpectedStatus('expect_status', suggestion)).toEqual([])
})
