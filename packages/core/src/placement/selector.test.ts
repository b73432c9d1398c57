import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RotaError } from '../errors.ts'
import { matchesSelector, parseSelector, requirementText } from './selector.ts'

const LABELS = { zone: 'a', disk: 'nvme', gpu: '' }

function failure(text: string) {
  try {
    parseSelector(text)
  } catch (error) {
    if (RotaError.is(error)) return error.errors[0]!
  }
  throw new Error(`${text} can be read.`)
}

describe('a selector', () => {
  test.each([
    ['', true],
    ['  ', true],
    ['zone=a', true],
    ['zone == a', true],
    ['zone=b', false],
    ['zone!=b', true],
    ['zone!=a', false],
    ['rack!=a', true],
    ['rack=a', false],
    ['disk in (ssd, nvme)', true],
    ['disk in (hdd)', false],
    ['disk notin (hdd)', true],
    ['disk notin (hdd,nvme)', false],
    ['rack notin (1)', true],
    ['gpu', true],
    ['spot', false],
    ['!spot', true],
    ['! gpu', false],
    ['zone=a, disk in (ssd, nvme), !spot, gpu', true],
    ['zone=a,disk=ssd', false],
    ['in in (a)', false],
    ['constructor', false],
    ['!toString', true],
  ])('%j is met: %j', (text, isMet) => {
    expect(matchesSelector(parseSelector(text), LABELS)).toBe(isMet)
  })

  test.each([
    ['zone=', 5, 'ends where a value was expected.'],
    ['=a', 0, 'has = where the name of a label was expected.'],
    ['zone=a,', 7, 'ends where the name of a label was expected.'],
    ['zone=a,,b', 7, 'has , where the name of a label was expected.'],
    ['zone=a b', 7, 'has b where a comma or the end was expected.'],
    ['disk on (a)', 5, 'has on where one of = != in notin was expected.'],
    ['disk > 4', 5, 'has > where one of = != in notin was expected.'],
    ['disk in a', 8, 'needs values in brackets here: (a, b).'],
    ['disk in (a, b', 13, 'has a bracket that is not closed.'],
    ['disk in ()', 9, 'has ) where a value was expected.'],
    ['zone="a"', 5, 'has " where a value was expected.'],
    ['zone=😀', 5, 'has 😀 where a value was expected.'],
  ])('%j fails at %i: %s', (text, position, message) => {
    expect(failure(text)).toEqual({ path: 'selector', position, message })
  })

  test('is bounded in length and in number', () => {
    expect(failure('a'.repeat(2_001)).message).toBe('is longer than 2000 characters.')
    expect(failure('a,'.repeat(60)).message).toBe('asks for more than 50 things.')
  })

  test('reads whatever text in one pass: it is read or refused at a place within it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab=!(),in notin😀'), maxLength: 60 }), (text) => {
        try {
          parseSelector(text)
        } catch (error) {
          expect(RotaError.is(error)).toBe(true)
          const { position } = (error as RotaError).errors[0]!
          expect(position).toBeGreaterThanOrEqual(0)
          expect(position).toBeLessThanOrEqual(text.length)
        }
      }),
    )
  })

  test('means the same when what was read is written again', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9./-]{0,5}$/)
    const requirement = fc.oneof(
      word,
      word.map((key) => `!${key}`),
      fc.tuple(word, fc.constantFrom('=', '!='), word).map((parts) => parts.join('')),
      fc
        .tuple(word, fc.constantFrom('in', 'notin'), fc.array(word, { minLength: 1, maxLength: 4 }))
        .map(([key, operator, values]) => `${key} ${operator} (${values.join(', ')})`),
    )
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 5 }), (requirements) => {
        const selector = parseSelector(requirements.join(', '))
        expect(parseSelector(selector.map(requirementText).join(','))).toEqual(selector)
      }),
    )
  })
})
