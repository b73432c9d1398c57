import { ManualClock } from '@rota/testkit'
import { describe, expect, test } from 'vitest'
import type { UnfinishedLine } from './executor.ts'
import { Output } from './output.ts'
import { RecordingSink } from './testing/attempt.ts'

const START = Date.UTC(2026, 0, 1)

function setUp(maxLogBytes = 100_000) {
  const clock = new ManualClock()
  const told: (UnfinishedLine | null)[] = []
  const sink = Object.assign(new RecordingSink(), { unfinished: (line: UnfinishedLine | null) => told.push(line) })
  const output = new Output({ clock, sink, maxLogBytes, maxResultBytes: 1000 })
  const print = (text: string, stream: 'stdout' | 'stderr' = 'stdout') => output.write(stream, Buffer.from(text))
  return { clock, told, sink, output, print }
}

describe('a line that stands unfinished', () => {
  test('is told after a quarter of a second, with the instant of its last bytes', async () => {
    const { clock, told, print } = setUp()
    print('ready\nName')
    await clock.advance(100)
    print('? ')
    await clock.advance(149)
    expect(told).toEqual([])
    await clock.advance(1)
    expect(told).toEqual([{ stream: 'stdout', text: 'Name? ', since: START + 100 }])
    await clock.advance(60_000)
    expect(told).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })

  test('is told as a terminal would show it, and anew when it is drawn over, at most four times a second', async () => {
    const { clock, told, sink, output, print } = setUp()
    for (let percent = 1; percent <= 100; percent++) {
      print(`\r${percent} %`)
      await clock.advance(20)
    }
    expect(told.length).toBeGreaterThanOrEqual(7)
    expect(told.length).toBeLessThanOrEqual(8)
    expect(told.every((line) => /^\d+ %$/.test(line!.text))).toBe(true)
    print('\n')
    expect(told.at(-1)).toBeNull()
    await output.finish()
    expect(sink.texts('stdout')).toEqual(['100 %'])
  })

  test('is told in the form where each drawing ends in a carriage return', async () => {
    const { clock, told, print } = setUp()
    print('1 %\r2 %\r')
    await clock.advance(250)
    expect(told).toMatchObject([{ text: '2 %' }])
  })

  test('is cleared before its final form comes among the lines, also at the end of the run', async () => {
    const { clock, told, sink, output, print } = setUp()
    print('half')
    await clock.advance(300)
    print('\n')
    expect(told).toEqual([{ stream: 'stdout', text: 'half', since: START }, null])
    print('last')
    await clock.advance(300)
    await output.finish()
    expect(told.slice(2)).toEqual([{ stream: 'stdout', text: 'last', since: START + 300 }, null])
    expect(sink.texts('stdout')).toEqual(['half', 'last'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('gives way to that of the other stream where it printed later, and comes back when that has ended', async () => {
    const { clock, told, print } = setUp()
    print('out')
    await clock.advance(300)
    print('err', 'stderr')
    await clock.advance(300)
    print('\n', 'stderr')
    await clock.advance(300)
    expect(told).toMatchObject([{ text: 'out' }, { text: 'err', stream: 'stderr' }, null, { text: 'out' }])
  })

  test('is told by its end when it is long, and never by half a character', async () => {
    const { clock, told, print } = setUp()
    print(`${'😀'.repeat(5_000)}.`)
    await clock.advance(300)
    expect(told[0]!.text.length).toBeLessThanOrEqual(2_000)
    expect(told[0]!.text).toMatch(/^…(😀)+\.$/u)
  })

  test('of bytes that are no whole character yet is not told', async () => {
    const { clock, told, output } = setUp()
    output.write('stdout', Buffer.from('é').subarray(0, 1))
    await clock.advance(1_000)
    expect(told).toEqual([])
  })

  test('is told no more once only the end of a long log is kept', async () => {
    const { clock, told, print } = setUp(2_000)
    print('half')
    await clock.advance(300)
    print(`\n${'x'.repeat(1_500)}\nmore`)
    await clock.advance(1_000)
    expect(told).toMatchObject([{ text: 'half' }, null])
    expect(clock.pendingTimers).toBe(0)
  })
})

test('whole lines set no timer, and a flood that cuts lines anywhere tells of none', async () => {
  const { clock, told, output, print } = setUp(100_000_000)
  for (let index = 0; index < 1_000; index++) print(`line ${index}\n`)
  expect(clock.pendingTimers).toBe(0)
  const flood = Buffer.from('a line of some length\n'.repeat(300))
  for (let round = 0; round < 30; round++) {
    for (let from = 0; from < flood.length; from += 1_024) output.write('stdout', flood.subarray(from, from + 1_024))
    output.write('stdout', Buffer.from('begun'))
    await clock.advance(20)
  }
  expect(told).toEqual([])
  expect(clock.pendingTimers).toBe(1)
  await output.finish()
  expect(clock.pendingTimers).toBe(0)
})

test('a sink that does not want to know of unfinished lines need not', async () => {
  const clock = new ManualClock()
  const sink = new RecordingSink()
  const output = new Output({ clock, sink, maxLogBytes: 1_000, maxResultBytes: 1_000 })
  output.write('stdout', Buffer.from('half'))
  await clock.advance(300)
  await output.finish()
  expect(sink.texts('stdout')).toEqual(['half'])
})
