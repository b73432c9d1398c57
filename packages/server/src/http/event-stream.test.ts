import type { ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { EventStream } from './event-stream.ts'

/** A reader that takes nothing until it is told to. */
class SlowReader extends Writable {
  readonly taken: string[] = []
  #release: (() => void) | null = null
  #isOpen = false

  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.taken.push(chunk.toString())
    if (this.#isOpen) done()
    else this.#release = done
  }

  /** Takes everything from now on; resolves when nothing is left. */
  async catchUp() {
    this.#isOpen = true
    const release = this.#release
    this.#release = null
    release?.()
    while (this.writableLength > 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

function open(mostBuffered = 1_000) {
  const reader = new SlowReader({ highWaterMark: 10 })
  const gap = (skipped: object) => ({ event: 'resync', data: { skipped } })
  return { reader, stream: new EventStream(reader as unknown as ServerResponse, mostBuffered, gap) }
}

test('rows carry the number of the last as id, so that a reader can go on behind it', async () => {
  const { reader, stream } = open()
  stream.rows('lines', 4, 6, ['a'])
  await reader.catchUp()
  expect(reader.taken.join('')).toBe('id: 6\nevent: lines\ndata: ["a"]\n\n')
})

test('what a slow reader does not take is bounded, and it is told what it missed', async () => {
  const { reader, stream } = open()
  for (let at = 0; at < 1_000; at++) stream.rows('lines', at, at, ['x'.repeat(100)])
  expect(reader.writableLength).toBeLessThan(2_000)
  await reader.catchUp()
  stream.rows('lines', 1_000, 1_000, ['fresh'])
  await reader.catchUp()
  const text = reader.taken.join('')
  const [, skipped] = /event: resync\ndata: (.*)\n/.exec(text) ?? []
  const numbers = [...text.matchAll(/^id: (\d+)\nevent: lines/gm)].map((match) => Number(match[1]))
  const { from, to, count } = JSON.parse(skipped!).skipped
  expect({ from, to, count }).toEqual({ from: numbers.at(-2)! + 1, to: 999, count: 999 - numbers.at(-2)! })
  expect(numbers.at(-1)).toBe(1_000)
})

test('the end is told however slow the reader is', async () => {
  const { reader, stream } = open(10)
  for (let at = 0; at < 10; at++) stream.rows('lines', at, at, ['x'.repeat(100)])
  stream.event('end', { status: 'success' })
  stream.end()
  await reader.catchUp()
  expect(reader.taken.join('')).toMatch(/event: end\ndata: \{"status":"success"\}\n\n$/)
})

test('of a state that a slow reader has not taken it gets the last, once, and behind what it missed', async () => {
  const { reader, stream } = open(100)
  stream.state('unfinished', '1 %')
  stream.rows('lines', 0, 0, ['x'.repeat(200)])
  stream.rows('lines', 1, 1, ['y'])
  for (let percent = 2; percent <= 100; percent++) stream.state('unfinished', `${percent} %`)
  expect(reader.writableLength).toBeLessThan(500)
  await reader.catchUp()
  await reader.catchUp()
  const names = [...reader.taken.join('').matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
  expect(names).toEqual(['unfinished', 'lines', 'resync', 'unfinished'])
  expect(reader.taken.join('')).toContain('data: "100 %"')
})
