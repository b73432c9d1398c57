import { afterAll, describe, expect, test } from 'vitest'
import { amount } from '../amount.ts'
import { takeTurns } from '../simulation/turns.ts'
import { check, report } from './check.ts'
import { picture } from './picture.ts'
import { recordRun } from './testing/recorded-run.ts'
import { BUGS } from './testing/store-bugs.ts'

const SEEDS = amount({ short: [1, 2], long: [1, 2, 3, 4, 5, 6, 7, 8] })
/** `check.test.ts` has each verdict; here a few show that a real engine's run is read. */
const PLANTED = Object.keys(BUGS).slice(0, amount({ short: 2, long: Number.POSITIVE_INFINITY }))

const turns = takeTurns()
afterAll(() => turns.restore())

describe('chronocheck on what a real engine did', { timeout: 120_000 }, () => {
  test.each(SEEDS)('finds nothing wrong with a sound store, though it dies once (seed %i)', async (seed) => {
    const history = await recordRun(seed, turns)
    expect(history.executions.length).toBeGreaterThan(200)
    expect(history.testimonies.length).toBeGreaterThan(400)
    const { findings } = check(history)
    expect(report(findings)).toBe('')
  })

  test.each(PLANTED)('catches a store that %s', async (name) => {
    const { plant, caughtAs } = BUGS[name]!
    const { findings } = check(await recordRun(1, turns, plant))
    expect(findings.map(({ verdict }) => verdict).join(' ')).toMatch(caughtAs)
  })

  test('draws it: a lane for the instance, a band for its death, a bar for each attempt, a ring for each finding', async () => {
    const history = await recordRun(1, turns, BUGS['calls instants earlier than they are']!.plant)
    const { findings } = check(history)
    const svg = picture(history, findings)
    const count = (text: string) => svg.split(text).length - 1
    expect(count('>instance 1<')).toBe(1)
    expect(count('<title>kill -9')).toBe(1)
    expect(count(' attempt ')).toBeGreaterThanOrEqual(history.testimonies.filter(({ kind }) => kind === 'start').length)
    expect(count('<circle')).toBe(findings.length)
    expect(findings.length).toBeGreaterThan(0)
  })
})
