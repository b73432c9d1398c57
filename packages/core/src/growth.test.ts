import { STEEPEST, steepness } from '@rota/testkit'
import { amount } from '@rota/testkit/amount'
import { expect, test } from 'vitest'
import { readCrontab } from './crontab/read-crontab.ts'
import { languageOf, translate } from './language/translate.ts'
import { compileSchedule } from './schedule/compile.ts'
import type { ScheduleInput } from './schedule/input.ts'
import { suggest } from './suggest.ts'

/** At most a quarter of the lines and of the characters that one crontab may have: the largest scale is four. */
const LINES = amount({ short: 500, long: 2_500 })
const CHARS = amount({ short: 50_000, long: 250_000 })
const options = { format: 'auto', source: 'crontab', defaultTimezone: 'UTC' } as const
const numbered = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('')

const manyLines: Record<string, (lines: number) => string> = {
  'jobs with names of their own': (lines) => numbered(lines, (at) => `*/5 * * * * /usr/bin/job${at} --flag\n`),
  'jobs with one name': (lines) => '0 2 * * * /usr/bin/same.sh\n'.repeat(lines),
  'wrong fields': (lines) => `${numbered(lines, (at) => `0 70 * * mondey${at} /usr/bin/x\n`)}* * * * * x\n`,
  'unknown words': (lines) => `${numbered(lines, (at) => `@dailly${at} x\n`)}* * * * * x\n`,
  'drawings above a job': (lines) => `${`# ${'-.|'.repeat(30)}\n`.repeat(lines)}* * * * * x\n`,
  settings: (lines) => `${numbered(lines, (at) => `NAME${at} = "value" \n`)}* * * * * x\n`,
  sections: (lines) => `[${'\n['.repeat(lines)}`,
}

const oneLine: Record<string, (chars: number) => string> = {
  'substitutions that never end': (chars) => `* * * * * ${'$('.repeat(chars / 2)}\n`,
  'joints of a name': (chars) => `* * * * * a${'-.'.repeat(chars / 2)}a\n`,
  'a date format that is cut': (chars) => `* * * * * date ${'+'.repeat(chars)} %\n`,
  'blanks in a setting': (chars) => `NAME${' '.repeat(chars)}x\n`,
  'percent signs': (chars) => `* * * * * cat${'%x'.repeat(chars / 2)}\n`,
  'blanks before a comment': (chars) => `${' '.repeat(chars)}x\n#\n`,
  'a long field': (chars) => `${'1,'.repeat(chars / 2)}1 * * * * x\n`,
}

test.each(Object.entries(manyLines))(
  'a crontab of %s is read in time that grows with its lines',
  async (_, make) => {
    expect(await steepness((scale) => readCrontab(make(LINES * scale), options))).toBeLessThanOrEqual(STEEPEST)
  },
  120_000,
)

test.each(Object.entries(oneLine))(
  'a line of %s is read in time that grows with its length',
  async (_, make) => {
    expect(await steepness((scale) => readCrontab(make(CHARS * scale), options))).toBeLessThanOrEqual(STEEPEST)
  },
  120_000,
)

const now = Date.UTC(2026, 10, 29)
const context = { timezone: 'UTC', now }
const schedules: Record<string, (length: number) => ScheduleInput> = {
  'a list': (length) => `${'1,'.repeat(length / 2)}1 * * * *`,
  blanks: (length) => `*${' '.repeat(length)}x`,
  digits: (length) => `${'9'.repeat(length)} * * * *`,
  alternatives: (length) => `${'0 0 * * *|'.repeat(length / 10)}x`,
}

test.each(Object.entries(schedules))(
  'an expression of %s',
  async (_, make) => {
    const compile = (scale: number) => {
      for (let time = 0; time < 50; time++) {
        try {
          compileSchedule(make(250 * scale), context as never)
        } catch {
          // Refusing it is reading it.
        }
      }
    }
    expect(await steepness(compile)).toBeLessThanOrEqual(STEEPEST)
  },
  120_000,
)

test('a long misspelt word, a long header and a long sentence', async () => {
  const names = Array.from({ length: 500 }, (_, at) => `name_of_a_field_${at}`)
  expect(await steepness((scale) => suggest('x'.repeat(CHARS * scale), names))).toBeLessThanOrEqual(STEEPEST)
  expect(await steepness((scale) => languageOf('en;q=0,'.repeat(2_000 * scale)))).toBeLessThanOrEqual(STEEPEST)
  const sentence = (scale: number) => `There is no ${'There is no '.repeat(150 * scale)}`
  expect(await steepness((scale) => translate(sentence(scale), 'zh'))).toBeLessThanOrEqual(STEEPEST)
}, 120_000)
