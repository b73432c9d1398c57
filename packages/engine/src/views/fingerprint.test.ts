import { expect, test } from 'vitest'
import type { FailureRecord } from '../ports/overviews.ts'
import { fingerprintOf, maskedMessage, messageOf } from './fingerprint.ts'

const record = (fields: Partial<FailureRecord>): FailureRecord => ({
  id: 'e',
  taskId: 't',
  taskName: 'backup',
  failure: 'exit_code',
  error: 'It ended with exit code 3.',
  exitCode: 3,
  finishedAt: 0,
  outputEnd: null,
  ...fields,
})

test.each([
  ['timeout after 35012 ms', 'timeout after <n> ms'],
  ['2026-01-02T03:04:05.678Z worker 7 gone', '<time> worker <n> gone'],
  ['no row 0190a1b2-c3d4-7000-8000-0123456789ab', 'no row <id>'],
  ['bad object 9f86d081884c7d65 at 0x7fff5', 'bad object <id> at <id>'],
  ["open '/var/lib/app/day-12.db': denied", "open '<path>': denied"],
  ['connect to https://api.example.com/v1/users/42 failed', 'connect to https://api.example.com/v<n>/users/<n> failed'],
  ['\u001b[31mError:\u001b[0m   boom', 'Error: boom'],
  ['the facade of deadbeef', 'the facade of deadbeef'],
])('of %j remains %j', (message, masked) => {
  expect(maskedMessage(message)).toBe(masked)
})

test('a program says what failed in the last line it printed, else its error does', () => {
  expect(messageOf(record({ outputEnd: 'step 1\nTraceback\nValueError: no\n\n' }))).toBe('ValueError: no')
  expect(messageOf(record({ outputEnd: ' \n' }))).toBe('It ended with exit code 3.')
  expect(messageOf(record({ failure: 'timeout', error: 'took too long', outputEnd: 'all is well' }))).toBe(
    'took too long',
  )
  expect(messageOf(record({ error: null }))).toBe('')
})

test.each([
  ['Error: no route to db\n    at connect (db.js:3:1)\n    at main (main.js:9:2)\n', 'Error: no route to db'],
  ['cannot reach db.internal\n1\n2\n3\n', 'cannot reach db.internal'],
  ['连接失败：db\n清理完成\n', '连接失败：db'],
  ['read mirrors\nfailsafe is on\n', 'failsafe is on'],
])('of %j the line that tells of an error counts, whatever follows it', (outputEnd, message) => {
  expect(messageOf(record({ outputEnd }))).toBe(message)
})

test('kinds that say the same are not alike', () => {
  expect(fingerprintOf('timeout', 'x')).toBe(fingerprintOf('timeout', 'x'))
  expect(fingerprintOf('timeout', 'x')).not.toBe(fingerprintOf('lost', 'x'))
})

test('no message takes long, however it is made', () => {
  for (const text of ['/a'.repeat(50_000), '0'.repeat(100_000), '2026-01-'.repeat(10_000), 'a/'.repeat(50_000)]) {
    expect(maskedMessage(messageOf(record({ outputEnd: text }))).length).toBeLessThanOrEqual(400)
  }
})
