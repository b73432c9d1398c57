import { ManualClock } from '@rota/testkit'
import { describe, expect, test } from 'vitest'
import type { LogLine } from './executor.ts'
import { Output } from './output.ts'
import { RecordingSink } from './testing/attempt.ts'

function setUp(maxLogBytes = 100_000, encoding: string | null = null) {
  const sink = new RecordingSink()
  const clock = new ManualClock()
  const output = new Output({ clock, sink, maxLogBytes, maxResultBytes: 1000, encoding })
  const print = (text: string, stream: 'stdout' | 'stderr' = 'stdout') => output.write(stream, Buffer.from(text))
  return { sink, clock, output, print }
}

describe('Output', () => {
  test('passes lines on at once, with the instant they were complete', async () => {
    const { sink, clock, output, print } = setUp()
    print('one\ntw')
    await clock.advance(500)
    print('o\n')
    expect(sink.received.map(({ at, text }) => [at - Date.UTC(2026, 0, 1), text])).toEqual([
      [0, 'one'],
      [500, 'two'],
    ])
    await output.finish()
    expect(output.droppedBytes).toBe(0)
  })

  test('keeps all of a log that fits, though its second half comes only at the end', async () => {
    const { sink, output, print } = setUp(20_000)
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index}`)
    for (const line of lines) print(`${line}\n`)
    const live = sink.texts('stdout').length
    expect(live).toBeGreaterThan(50)
    expect(live).toBeLessThan(lines.length)
    await output.finish()
    expect(sink.texts('stdout')).toEqual(lines)
    expect(output.droppedBytes).toBe(0)
  })

  test('keeps head and tail of a flood, marks the cut, and counts what was dropped', async () => {
    const { sink, output, print } = setUp(20_000)
    let printed = 0
    for (let index = 0; index < 20_000; index++) {
      print(`line ${index}\n`)
      printed += `line ${index}\n`.length
    }
    await output.finish()
    const kept = sink.texts('stdout')
    expect(kept[0]).toBe('line 0')
    expect(kept.at(-1)).toBe('line 19999')
    const mark = sink.texts('system').find((text) => text.includes('were cut'))
    expect(mark).toMatch(new RegExp(`^… ${output.droppedBytes} bytes \\(\\d+ lines\\) of output were cut here`))
    const keptBytes = kept.reduce((sum, text) => sum + text.length + 1, 0)
    expect(keptBytes + output.droppedBytes).toBe(printed)
    expect(keptBytes).toBeLessThanOrEqual(20_000)
    // The cut stands between head and tail.
    const at = sink.received.findIndex(({ text }) => text === mark)
    expect(sink.received[at - 1]?.text).not.toBe('line 19999')
  })

  test('keeps the order of stdout and stderr in the tail, and a line that was under way when the head was full', async () => {
    const { sink, output, print } = setUp(4000)
    print('unfinished ', 'stderr')
    print('x'.repeat(2500))
    print('\n')
    print('end\n', 'stderr')
    print('after\n')
    await output.finish()
    expect(sink.received.filter(({ stream }) => stream !== 'system').map(({ stream, text }) => [stream, text])).toEqual(
      [
        ['stdout', 'x'.repeat(2500)],
        ['stderr', 'unfinished end'],
        ['stdout', 'after'],
      ],
    )
  })

  test('keeps the last 16 KiB as tail, in whole characters', async () => {
    const { output, print } = setUp()
    print('first\n')
    print(`${'漢'.repeat(10_000)}\nlast\n`)
    await output.finish()
    expect(Buffer.byteLength(output.tail)).toBeLessThanOrEqual(16_384)
    expect(output.tail.endsWith('漢\nlast\n')).toBe(true)
    expect(output.tail).toMatch(/^漢/)
  })
})

describe('what is printed in another encoding', () => {
  const hello = Buffer.from('c4e3bac3a3acc3e9b5f30a', 'hex')

  test.each([1, 3, 100])('is text, wherever it is cut (pieces of %i bytes)', async (size) => {
    const { sink, output } = setUp(100_000, 'gbk')
    for (let at = 0; at < hello.length; at += size) output.write('stdout', hello.subarray(at, at + size))
    output.write('stderr', Buffer.from([0x81]))
    await output.finish()
    expect(sink.texts('stdout')[0]).toMatch(/^你好，/)
    expect(sink.texts('stderr')).toEqual(['\ufffd'])
  })

  test('brings its result too, also where only the tail is kept, and in two bytes a character', async () => {
    const { output } = setUp(2000, 'utf-16le')
    output.write('stdout', Buffer.from(`${'x'.repeat(2500)}\n`, 'utf16le'))
    const lines = Buffer.from('::result:: {"name": "ü€"}\nend\n', 'utf16le')
    for (const byte of lines) output.write('stdout', Buffer.from([byte]))
    await output.finish()
    expect(output.result).toEqual({ name: 'ü€' })
    expect(output.tail.endsWith('end\n')).toBe(true)
  })
})

describe('markers', () => {
  test('the last ::result:: line is the result, and stays in the log', async () => {
    const { sink, output, print } = setUp()
    print('::result:: {"rows": 1}\n  :: Result ::{"rows": [2]}  \n')
    await output.finish()
    expect(output.result).toEqual({ rows: [2] })
    expect(sink.texts('stdout')).toHaveLength(2)
  })

  test('a result on stderr, or inside a line, is none', async () => {
    const { output, print } = setUp()
    print('::result:: 1\n', 'stderr')
    print('see ::result:: 2\n')
    await output.finish()
    expect(output.result).toBeNull()
  })

  test.each([
    ['{broken', 'is not JSON'],
    [`"${'x'.repeat(2000)}"`, 'is larger than 1000 bytes'],
    ['{"a": {"__proto__": 1}}', 'has the key __proto__'],
    [`${'['.repeat(300)}${']'.repeat(300)}`, 'is nested deeper than 100 levels'],
  ])('a result that cannot be used is ignored with the reason (%#)', async (json, reason) => {
    const { sink, output, print } = setUp()
    print('::result:: "good"\n')
    print(`::result:: ${json}\n`)
    await output.finish()
    expect(output.result).toBe('good')
    expect(sink.texts('system')).toEqual([expect.stringContaining(reason)])
  })

  test('a result line that is longer than a line may be is ignored with both limits', async () => {
    const { sink, output, print } = setUp(1_000_000)
    print(`::result:: "${'x'.repeat(70_000)}"\n`)
    await output.finish()
    expect(output.result).toBeNull()
    expect(sink.texts('system')).toEqual([
      'The ::result:: line was ignored: a result may have 1000 bytes and its line 65536 characters.',
    ])
  })

  test('so is one that comes piece by piece beyond the head of the log', async () => {
    const { sink, output, print } = setUp(2_000)
    print(`${'z'.repeat(1_500)}\n`)
    for (let i = 0; i < 3_000; i++) print(i === 0 ? '::result:: "' : 'x')
    print('"\n::result:: 7\n')
    await output.finish()
    expect(output.result).toBe(7)
    expect(sink.texts('system')).toContain(
      'The ::result:: line was ignored: a result may have 1000 bytes and its line 65536 characters.',
    )
  })

  test('a long message of progress is cut, and the log says so once', async () => {
    const { sink, clock, output, print } = setUp(1_000_000)
    print(`::progress:: 1 ${'x'.repeat(60_000)}\n`)
    await clock.advance(100)
    print(`::progress:: 2 ${'x'.repeat(501)}\n`)
    await output.finish()
    expect(sink.reports).toEqual([
      [1, 'x'.repeat(500)],
      [2, 'x'.repeat(500)],
    ])
    expect(sink.texts('system')).toEqual(['The message of a ::progress:: line was cut to 500 characters.'])
  })

  test('progress is passed on at most ten times a second, and the last is never lost', async () => {
    const { sink, clock, output, print } = setUp()
    for (let percent = 0; percent <= 50; percent++) print(`::progress:: ${percent} copying\n`)
    expect(sink.reports).toEqual([[0, 'copying']])
    await clock.advance(100)
    expect(sink.reports).toEqual([
      [0, 'copying'],
      [50, 'copying'],
    ])
    print('::PROGRESS::170%\n')
    await output.finish()
    expect(sink.reports.at(-1)).toEqual([100, null])
    expect(clock.pendingTimers).toBe(0)
  })

  test('result and progress are found beyond the head too, whatever the chunk borders', async () => {
    const text = `std::vector\n::progress:: 70\n${'y\n'.repeat(50)}  ::result:: {"deep": "ü"}\nend ::result:: 3\n`
    const bytes = Buffer.from(text)
    for (const size of [1, 7, bytes.length]) {
      const { sink, output, print } = setUp(2000)
      print(`${'z'.repeat(1500)}\n`)
      for (let from = 0; from < bytes.length; from += size) output.write('stdout', bytes.subarray(from, from + size))
      await output.finish()
      expect(output.result).toEqual({ deep: 'ü' })
      expect(sink.reports).toEqual([[70, null]])
    }
  })
})

describe('back-pressure', () => {
  test('lines that the sink did not have room for wait for it, and none is lost', async () => {
    const batches: LogLine[][] = []
    let release = () => {}
    const sink = {
      lines: (batch: LogLine[]) => batches.push(batch) % 2 === 0,
      drained: () =>
        new Promise<void>((resolve) => {
          release = resolve
        }),
      progress: () => {},
    }
    const output = new Output({ clock: new ManualClock(), sink, maxLogBytes: 1000, maxResultBytes: 1000 })
    output.write('stdout', Buffer.from('a\n'))
    expect(output.isWaitingForSink).toBe(true)
    release()
    await Promise.resolve()
    await Promise.resolve()
    expect(output.isWaitingForSink).toBe(false)
    output.write('stdout', Buffer.from('b\n'))
    await output.finish()
    expect(batches.flat().map(({ text }) => text)).toEqual(['a', 'b'])
  })
})
