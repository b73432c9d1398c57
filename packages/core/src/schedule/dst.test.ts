import { describe, expect, test } from 'vitest'
import { compileSchedule } from './compile.ts'
import type { GapPolicy, OverlapPolicy, ScheduleInput } from './input.ts'

const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')

function between(
  input: ScheduleInput,
  timezone: string,
  [from, to]: readonly [from: string, to: string],
  dst?: { gap?: GapPolicy; overlap?: OverlapPolicy },
): string[] {
  const schedule = compileSchedule(input, { timezone, dst })
  const found = schedule.between(Date.parse(from), Date.parse(to), 1000)
  const backwards: number[] = []
  let at = schedule.previous(Date.parse(to))
  while (at !== null && at >= Date.parse(from)) {
    backwards.unshift(at)
    at = schedule.previous(at)
  }
  expect(backwards).toEqual(found)
  return found.map(iso)
}

// Europe/Berlin 2026: 29 March 02:00 → 03:00 (01:00Z), 25 October 03:00 → 02:00 (01:00Z).
const SPRING = ['2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'] as const
const AUTUMN = ['2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z'] as const

describe('a fixed time in a gap', () => {
  test('runs once, at the first instant after the gap (cron(8); cronie, wakeupKind medium)', () => {
    expect(between('30 2 * * *', 'Europe/Berlin', SPRING)).toEqual(['2026-03-29T01:00:00Z'])
  })

  test('runs once even when several of its times lie in the gap or at its end', () => {
    expect(between('0,15,30 2-3 * * *', 'Europe/Berlin', SPRING)).toEqual([
      '2026-03-29T01:00:00Z',
      '2026-03-29T01:15:00Z',
      '2026-03-29T01:30:00Z',
    ])
  })

  test('is left out under the policy skip', () => {
    expect(between('30 2 * * *', 'Europe/Berlin', SPRING, { gap: 'skip' })).toEqual([])
  })

  test('moves by the length of the gap under the policy shift', () => {
    expect(between('30 2 * * *', 'Europe/Berlin', SPRING, { gap: 'shift' })).toEqual(['2026-03-29T01:30:00Z'])
  })

  test('at half-hour gaps moves to the end of the half hour (Australia/Lord_Howe)', () => {
    // 4 October 2026, 02:00 → 02:30.
    const day = ['2026-10-03T13:00:00Z', '2026-10-04T00:00:00Z'] as const
    expect(between('15 2 * * *', 'Australia/Lord_Howe', day)).toEqual(['2026-10-03T15:30:00Z'])
  })

  test('at midnight moves to 01:00 (America/Asuncion before 2024, Africa/Cairo)', () => {
    // Cairo, 24 April 2026: 00:00 → 01:00.
    const day = ['2026-04-23T12:00:00Z', '2026-04-24T12:00:00Z'] as const
    expect(between('0 0 * * *', 'Africa/Cairo', day)).toEqual(['2026-04-23T22:00:00Z'])
    expect(between({ type: 'daily', time: '00:30' }, 'Africa/Cairo', day)).toEqual(['2026-04-23T22:00:00Z'])
  })
})

describe('a fixed time that comes twice', () => {
  test('runs in the first pass only (cron(8); cronie, wakeupKind negative)', () => {
    expect(between('30 2 * * *', 'Europe/Berlin', AUTUMN)).toEqual(['2026-10-25T00:30:00Z'])
  })

  test('runs in the second pass, or both, where the policy says so', () => {
    expect(between('30 2 * * *', 'Europe/Berlin', AUTUMN, { overlap: 'second' })).toEqual(['2026-10-25T01:30:00Z'])
    expect(between('30 2 * * *', 'Europe/Berlin', AUTUMN, { overlap: 'both' })).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:30:00Z',
    ])
  })

  test('the hour before and the hour after are not touched', () => {
    expect(between('30 1,3 * * *', 'Europe/Berlin', AUTUMN, { overlap: 'second' })).toEqual([
      '2026-10-24T23:30:00Z',
      '2026-10-25T02:30:00Z',
    ])
  })
})

describe('wildcards follow real elapsed time', () => {
  test('a star or step in the minute field keeps its rhythm through a gap and through a repeat', () => {
    const quarter = (range: readonly [string, string]) =>
      between('*/15 * * * *', 'Europe/Berlin', range).map((text) => Date.parse(text))
    for (const range of [SPRING, AUTUMN]) {
      const found = quarter(range)
      expect(found.length).toBe(24 * 4)
      expect(found.every((at, i) => i === 0 || at - found[i - 1]! === 15 * 60_000)).toBe(true)
    }
  })

  test('a star in the hour field makes minute 30 run in every real hour', () => {
    expect(between('30 * * * *', 'Europe/Berlin', ['2026-10-25T00:00:00Z', '2026-10-25T03:00:00Z'])).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:30:00Z',
      '2026-10-25T02:30:00Z',
    ])
  })

  test('a wildcard minute in a missing hour is not made up for', () => {
    expect(between('*/30 2 * * *', 'Europe/Berlin', SPRING)).toEqual([])
  })

  test('the policies do not apply to them', () => {
    const policies = { gap: 'shift', overlap: 'second' } as const
    expect(between('*/30 2 * * *', 'Europe/Berlin', SPRING, policies)).toEqual([])
    expect(between('*/30 2 * * *', 'Europe/Berlin', AUTUMN, policies).length).toBe(4)
  })
})

describe('changes of more than three hours are corrections of the clock', () => {
  test('the day that Pacific/Apia left out in 2011 is not made up for, whatever the policy', () => {
    for (const gap of ['run_after', 'skip', 'shift'] as const) {
      expect(between('0 12 * * *', 'Pacific/Apia', ['2011-12-29T00:00:00Z', '2012-01-01T00:00:00Z'], { gap })).toEqual([
        '2011-12-29T22:00:00Z',
        '2011-12-30T22:00:00Z',
        '2011-12-31T22:00:00Z',
      ])
    }
  })

  test('times repeated by such a correction run both times (America/Juneau 1867)', () => {
    const found = between('0 12 * * *', 'America/Juneau', ['1867-10-17T00:00:00Z', '1867-10-21T00:00:00Z'])
    expect(found.length).toBe(4)
  })
})

describe('intervals', () => {
  test('count real time through changes of the clocks', () => {
    const input = { type: 'interval', every: 6, unit: 'hours', anchor: '2026-03-28T00:00:00Z' } as const
    expect(between(input, 'Europe/Berlin', ['2026-03-28T18:00:00Z', '2026-03-29T13:00:00Z'])).toEqual([
      '2026-03-28T18:00:00Z',
      '2026-03-29T00:00:00Z',
      '2026-03-29T06:00:00Z',
      '2026-03-29T12:00:00Z',
    ])
  })

  test('of aligned days fall on local midnight and follow the rule of fixed times', () => {
    const input = { type: 'interval', every: 1, unit: 'days', aligned: true } as const
    expect(between(input, 'Africa/Cairo', ['2026-04-22T12:00:00Z', '2026-04-25T12:00:00Z'])).toEqual([
      '2026-04-22T22:00:00Z',
      '2026-04-23T22:00:00Z',
      '2026-04-24T21:00:00Z',
    ])
  })

  test('aligned below a day fall on round local times, also where the offset is half an hour', () => {
    const input = { type: 'interval', every: 2, unit: 'hours', aligned: true } as const
    expect(between(input, 'Asia/Kolkata', ['2026-01-01T00:00:00Z', '2026-01-01T05:00:00Z'])).toEqual([
      '2026-01-01T00:30:00Z',
      '2026-01-01T02:30:00Z',
      '2026-01-01T04:30:00Z',
    ])
  })
})

describe('notes', () => {
  const notes = (
    input: ScheduleInput,
    dst?: { gap?: GapPolicy; overlap?: OverlapPolicy },
    timezone = 'Europe/Berlin',
  ) => compileSchedule(input, { timezone, dst }).notes(Date.parse('2026-01-01'), Date.parse('2027-01-01'))

  test('tell which wall time is concerned and what happens, in two languages', () => {
    expect(notes('30 2 * * *')).toEqual([
      {
        kind: 'gap',
        transitionAt: Date.parse('2026-03-29T01:00:00Z'),
        wall: '2026-03-29T02:30:00',
        wallCount: 1,
        occurrences: [Date.parse('2026-03-29T01:00:00Z')],
        en: 'On 2026-03-29 the clocks in Europe/Berlin go forward from 02:00 to 03:00; 02:30 does not exist. It runs once, at 03:00, right after the gap.',
        zh: '2026-03-29 Europe/Berlin 的时钟从 02:00 拨快到 03:00，02:30 不存在；间隙结束后在 03:00 执行一次。',
      },
      {
        kind: 'overlap',
        transitionAt: Date.parse('2026-10-25T01:00:00Z'),
        wall: '2026-10-25T02:30:00',
        wallCount: 1,
        occurrences: [Date.parse('2026-10-25T00:30:00Z')],
        en: 'On 2026-10-25 the clocks in Europe/Berlin go back from 03:00 to 02:00; 02:30 comes twice and runs the first time only.',
        zh: '2026-10-25 Europe/Berlin 的时钟从 03:00 拨回到 02:00，02:30 出现两次，仅第一次执行。',
      },
    ])
  })

  test('mark exactly the occurrences that exist because of the policy', () => {
    for (const gap of ['run_after', 'skip', 'shift'] as const) {
      for (const overlap of ['first', 'second', 'both'] as const) {
        const schedule = compileSchedule('30 2 * * *', { timezone: 'Europe/Berlin', dst: { gap, overlap } })
        const all = schedule.between(Date.parse('2026-01-01'), Date.parse('2027-01-01'), 1000)
        for (const note of notes('30 2 * * *', { gap, overlap })) {
          for (const occurrence of note.occurrences) expect(all).toContain(occurrence)
        }
      }
    }
  })

  test('say nothing when no scheduled time is touched', () => {
    expect(notes('30 4 * * *')).toEqual([])
    expect(notes('30 2 * * *', {}, 'Asia/Shanghai')).toEqual([])
    expect(notes({ type: 'interval', every: 1, unit: 'hours' })).toEqual([])
  })
})
