import { SLIP_KINDS, slipped } from '@rota/testkit/slips'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CronFlavour } from './flavour.ts'
import { readCrontab } from './read-crontab.ts'

const TIMES = [
  '0 2 * * *',
  '*/15 9-17 * * mon-fri',
  '0 0 1-7 * 1',
  '5,35 22-23 1,15 jan-mar sun',
  '0 0 * * sat-sun',
  '0 0 * * friday',
  '5/15 * * * *',
  '0 22-2 * * *',
  '60 24 * * 8',
  '0 0 L * *',
  '@daily',
  '@reboot',
  '@every_minute',
]

const FLAVOURS: readonly (CronFlavour | undefined)[] = [
  undefined,
  'debian',
  'cronie',
  'freebsd',
  'openbsd',
  'busybox',
  'supercronic',
]

const slips = fc.array(
  fc.record({
    kind: fc.constantFrom(...SLIP_KINDS),
    at: fc.nat(),
    by: fc.constantFrom(...'0123456789aeLWH*/-,#?~@'),
  }),
  { minLength: 1, maxLength: 2 },
)

function jobIn(text: string, flavour: CronFlavour | undefined) {
  const report = readCrontab(`# a crontab\n1 1 1 1 1 /bin/true\n${text}\n`, {
    format: 'user',
    source: 'crontab',
    defaultTimezone: 'UTC',
    ...(flavour === undefined ? {} : { flavour }),
  })
  return report.entries[2]!
}

test('times that are offered for a line are taken in it', () => {
  let suggested = 0
  fc.assert(
    fc.property(fc.constantFrom(...TIMES), slips, fc.constantFrom(...FLAVOURS), (right, all, flavour) => {
      const { suggestion, text } = jobIn(`${all.reduce(slipped, right)} /bin/true`, flavour)
      const isWhole = suggestion !== undefined && (suggestion.startsWith('@') || suggestion.split(' ').length >= 5)
      if (!isWhole) return
      suggested++
      const mended = jobIn(`${suggestion} /bin/true`, flavour)
      expect([text, suggestion, mended.outcome, mended.message]).not.toContain('error')
    }),
    { numRuns: 2_000 },
  )
  expect(suggested).toBeGreaterThan(100)
})

test('what is offered for a line without a user stays, however long the command is', () => {
  const { entries } = readCrontab('0 2 * * * root /bin/true\n0 3 * * * /usr/bin/backup a b c d\n', {
    format: 'system',
    source: '/etc/cron.d/x',
    defaultTimezone: 'UTC',
  })
  expect(entries[1]!.suggestion).toBe('root /usr/bin/backup a b c d')
})
