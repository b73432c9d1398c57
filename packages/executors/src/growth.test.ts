import { ManualClock, type Scale, STEEPEST, steepness } from '@rota/testkit'
import { expect, test } from 'vitest'
import { checkAssertions, failedAssertions } from './http-assertions.ts'
import { parseResult } from './json-result.ts'
import { Output } from './output.ts'
import { interpreterOf } from './script-executor.ts'
import { RecordingSink } from './testing/attempt.ts'

/** A quarter of the longest line. */
const CHARS = 16_384

const lines: Record<string, (chars: number) => string> = {
  'a result of blanks': (chars) => `::result:: x${' '.repeat(chars)}x`,
  'blanks before a marker': (chars) => `${' '.repeat(chars)}::result:: 1`,
  'blanks inside a marker': (chars) => `::${' '.repeat(chars)}result:: 1`,
  'progress of blanks': (chars) => `::progress:: 1 ${' '.repeat(chars)}x`,
  'progress of digits': (chars) => `::progress:: 1.${'1'.repeat(chars)}`,
  colons: (chars) => ':'.repeat(chars),
  'returns of the carriage': (chars) => `${'x\r'.repeat(chars / 2)}x`,
}

async function read(chunks: Iterable<string>, maxLogBytes: number): Promise<void> {
  const output = new Output({
    clock: new ManualClock(),
    sink: new RecordingSink(),
    maxLogBytes,
    maxResultBytes: 65_536,
  })
  for (const chunk of chunks) output.write('stdout', Buffer.from(chunk))
  await output.finish()
}

test.each(Object.entries(lines))(
  'a line of %s',
  async (_, make) => {
    const often = (scale: Scale) => Array.from({ length: 40 }, () => `${make(CHARS * scale)}\n`)
    expect(await steepness((scale) => read(often(scale), 100_000_000))).toBeLessThanOrEqual(STEEPEST)
    expect(await steepness((scale) => read(often(scale), 2_000))).toBeLessThanOrEqual(STEEPEST)
  },
  120_000,
)

test('a line that comes in small pieces, in the head of a log and behind it', async () => {
  const pieces = (scale: Scale) => ['::result:: ', ...Array.from({ length: CHARS * scale }, () => 'x')]
  expect(await steepness((scale) => read(pieces(scale), 100_000_000))).toBeLessThanOrEqual(STEEPEST)
  expect(await steepness((scale) => read(['y'.repeat(3_000), '\n', ...pieces(scale)], 2_000))).toBeLessThanOrEqual(
    STEEPEST,
  )
}, 120_000)

test('the first line of a script', async () => {
  for (const blank of [' ', '\t', ' x', '\r']) {
    const source = (scale: Scale) => `#!/bin/sh${blank.repeat(250_000 * scale)}x`
    expect(await steepness((scale) => interpreterOf(source(scale), null))).toBeLessThanOrEqual(STEEPEST)
  }
}, 120_000)

test('assertions about a long body', async () => {
  const body = (scale: Scale) => 'a'.repeat(250_000 * scale)
  const wanted = (scale: Scale) => `${body(scale).slice(0, 50_000 * scale)}b${body(scale).slice(0, 50_000 * scale)}`
  const view = { header: () => null, masked: (text: string) => text }
  const contains = (scale: Scale) =>
    failedAssertions([{ body_contains: wanted(scale) }], { body: body(scale), ...view })
  expect(await steepness(contains)).toBeLessThanOrEqual(STEEPEST)
  const json = (scale: Scale) => {
    const many = Array.from({ length: 25 * scale }, (_, at) => ({ json: `k.${at}`, exists: true }))
    return failedAssertions(many, { body: JSON.stringify({ k: body(4) }), ...view })
  }
  expect(await steepness(json)).toBeLessThanOrEqual(STEEPEST)
  expect(checkAssertions('assert', Array(101).fill({ body_contains: 'x' }))).toHaveLength(1)
}, 120_000)

test('a result of many values', async () => {
  const text = (scale: Scale) => `[${'{"a":[1,{}]},'.repeat(1_200 * scale)}0]`
  const often = (scale: Scale) => {
    for (let time = 0; time < 20; time++) parseResult(text(scale), 65_536)
  }
  expect(await steepness(often)).toBeLessThanOrEqual(STEEPEST)
}, 120_000)
