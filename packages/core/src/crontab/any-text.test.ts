import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { readTask } from '../task-document.ts'
import { readCrontab } from './read-crontab.ts'

/** Lines as an editor counts them: a byte-order mark is none, and a line end closes one. */
function countLines(text: string): number {
  const body = text.replace(/^\uFEFF/, '')
  const pieces = body.includes('\n') ? body.split('\n') : body.split('\r')
  return pieces.length - (pieces.at(-1) === '' ? 1 : 0)
}

const token = constantFrom(
  ...[
    '*',
    '0',
    '59',
    '60',
    '7',
    '*/5',
    '1-5',
    'mon',
    '~',
    'H',
    'L',
    '@daily',
    '@reboot',
    '@',
    '-',
    '#',
    '%',
    '\\%',
    '\\',
  ],
  ...[
    'root',
    'cd',
    'A=b',
    'A = "b',
    "'",
    '=',
    'CRON_TZ=',
    'UTC',
    'RANDOM_DELAY=9',
    '\t',
    ' ',
    '\n',
    '\r\n',
    '\r',
    '\0',
  ],
  ...['\uFEFF', '\uD800', '{', '}', '[', '---', '#!/bin/sh', '__proto__=1', 'x'.repeat(1500)],
)

const text = oneof(
  array(token, { maxLength: 60 }).map((tokens) => tokens.join(' ')),
  array(token, { maxLength: 60 }).map((tokens) => tokens.join('')),
  string({ unit: 'binary', maxLength: 300 }),
)

test('any text gives one entry for each of its lines and never throws', async () => {
  await assert(
    property(text, constantFrom('user', 'system', 'auto'), (input, format) => {
      const report = readCrontab(input, { format, source: 'x', defaultTimezone: 'UTC' })
      expect(report.entries).toHaveLength(countLines(input))
      expect(report.entries.map(({ line }) => line)).toEqual(report.entries.map((_, index) => index + 1))
      expect(Object.values(report.counts).reduce((sum, count) => sum + count)).toBe(report.entries.length)
      expect(report.tasks).toEqual(report.entries.flatMap(({ task }) => task ?? []))
      expect(new Set(report.tasks.map(({ name }) => name)).size).toBe(report.tasks.length)
      if (!report.isCrontab) expect(report.tasks).toEqual([])
      for (const task of report.tasks) expect(() => readTask(task, { defaultTimezone: 'UTC' })).not.toThrow()
    }),
    { numRuns: 1500 },
  )
})

test('lines keep their text', () => {
  const lines = ['@daily a', '', '# b', '0 5 * * *', 'C=d ']
  const report = readCrontab(lines.join('\n'), { format: 'user', source: 'x', defaultTimezone: 'UTC' })
  expect(report.entries.map(({ text: kept }) => kept)).toEqual(lines)
})

test.each([
  ['JSON', '{\n  "jobs": [1, 2]\n}\n', 'JSON'],
  ['a shell script', '#!/bin/bash\nset -e\nA=b\necho done\n', 'script for /bin/bash'],
  ['binary data', '\u007FELF\u0002\u0001\u0001\0\0\0\0\0\0\n\uFFFD\uFFFD\uFFFD\0', 'binary'],
  ['UTF-16', '@\0d\0a\0i\0l\0y\0 \0x\0\n\0', 'UTF-16'],
  ['YAML', 'apiVersion: batch/v1\nkind: CronJob\n', 'YAML'],
  ['a systemd timer', '[Timer]\nOnCalendar=daily\n', 'systemd'],
  ['HTML', '<!doctype html>\n<p>404</p>\n', 'HTML'],
  ['prose', 'Dear all,\nplease run the backup.\n', 'line 1'],
])('%s is refused as a whole with its reason', (_, input, reason) => {
  const report = readCrontab(input, { format: 'auto', source: 'x', defaultTimezone: 'UTC' })
  expect(report).toMatchObject({ isCrontab: false, tasks: [], reason: expect.stringContaining(reason) })
})

test('anacron’s table is told from a crontab', () => {
  const report = readCrontab('1 5 cron.daily run-parts /etc/cron.daily\n', {
    format: 'auto',
    source: '/etc/anacrontab',
    defaultTimezone: 'UTC',
  })
  expect(report).toMatchObject({ isCrontab: false, reason: expect.stringContaining('anacron') })
})

test('a file of comments, settings or nothing at all is an empty crontab', () => {
  for (const input of ['', '\n', '# nothing yet\n', 'MAILTO=root\n']) {
    const report = readCrontab(input, { format: 'auto', source: 'x', defaultTimezone: 'UTC' })
    expect(report).toMatchObject({ isCrontab: true, tasks: [] })
  }
})

test('the time to read a line grows with its length, not with its square', () => {
  for (const unit of ['.', '* ', '#', '0,', 'a=', '\\', '%', "'", '- ', '(', '$(', '/', '|']) {
    const input = `# ${unit.repeat(2e5)}\n@daily ${unit.repeat(2e5)}\n${unit.repeat(2e5)}\n`
    expect(readCrontab(input, { format: 'user', source: 'x', defaultTimezone: 'UTC' }).entries).toHaveLength(3)
  }
})
