import { array, assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { readMarker, readProgress } from './marker-line.ts'

/** What the lines mean, said in expressions that are too slow for a long line. */
const RESULT = /^\s*::\s*result\s*::\s*(.*?)\s*$/is
const PROGRESS = /^\s*::\s*progress\s*::\s*(\d{1,3}(?:\.\d+)?)\s*%?(?:\s+(.*?))?\s*$/is

const piece = constantFrom(
  ...['::', ':', ' ', '\t', 'result', 'RESULT', 'progress', 'Progress', '4', '42', '100', '.', '%', 'x', '{"a":1}'],
)

test('a marker is what the expressions say it is', () => {
  void assert(
    property(array(piece, { maxLength: 12 }), (pieces) => {
      const line = pieces.join('')
      const marker = readMarker(line)
      const result = RESULT.exec(line)
      expect(marker?.word === 'result' ? marker.rest : null).toBe(result === null ? null : result[1])
      const progress = PROGRESS.exec(line)
      const read = marker?.word === 'progress' ? readProgress(marker.rest) : null
      const wanted = progress && { percent: Number(progress[1]), message: progress[2] ?? '' }
      expect(read).toEqual(wanted)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['42', { percent: 42, message: '' }],
  ['42.5% copying  files', { percent: 42.5, message: 'copying  files' }],
  ['42 % copying', { percent: 42, message: 'copying' }],
  ['42 %done', { percent: 42, message: '%done' }],
  ['42%done', null],
  ['1000', null],
  ['42.', null],
  ['', null],
])('the progress of %j', (rest, wanted) => {
  expect(readProgress(rest)).toEqual(wanted)
})
