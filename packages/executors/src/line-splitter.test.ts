import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineSplitter, LONGEST_LINE } from './line-splitter.ts'

function split(...chunks: (string | Buffer)[]): string[] {
  const splitter = new LineSplitter()
  const lines: string[] = []
  for (const chunk of chunks) splitter.push(Buffer.from(chunk as string), lines)
  splitter.end(lines)
  return lines
}

/** The same bytes, one at a time. */
function bytewise(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))
}

describe('LineSplitter', () => {
  test('cuts at newlines, and delivers a last line that has none', () => {
    expect(split('a\nb', 'c\n\nd')).toEqual(['a', 'bc', '', 'd'])
    expect(split('')).toEqual([])
    expect(split('\n')).toEqual([''])
  })

  test('joins a character whose bytes arrive one by one', () => {
    const text = 'grün 漢字 🚀 ends\n€'
    expect(split(...bytewise(Buffer.from(text)))).toEqual(text.split('\n'))
  })

  test('gives the same lines whatever the chunk borders', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '漢', '🚀', '\n', '\r\n', 'word '), { maxLength: 40 })
    fc.assert(
      fc.property(text, fc.array(fc.nat(20)), (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''))
        const chunks: Buffer[] = []
        let from = 0
        for (const cut of cuts) {
          chunks.push(bytes.subarray(from, from + cut))
          from += cut
        }
        chunks.push(bytes.subarray(from))
        expect(split(...chunks)).toEqual(split(bytes))
      }),
    )
  })

  test('shows bytes that are not UTF-8, and NUL, as U+FFFD', () => {
    expect(split(Buffer.from([0x61, 0xff, 0x62, 0x00, 0x63, 0x0a]))).toEqual(['a\ufffdb\ufffdc'])
    // The start of a character that never comes.
    expect(split(Buffer.from([0x61, 0xe2, 0x82]))).toEqual(['a\ufffd'])
    expect(split(Buffer.from([0xe2]), Buffer.from('x\n'))).toEqual(['\ufffdx'])
  })

  test('never fails and never yields ill-formed text, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const lines = split(...bytewise(Buffer.from(bytes)))
        expect(lines.every((line) => line.isWellFormed() && !/[\0\n]/.test(line))).toBe(true)
      }),
    )
  })

  test('keeps the last drawing of a progress bar, and takes CRLF for a newline', () => {
    expect(split(' 10%\r 50%\r100%\nnext\r\n')).toEqual(['100%', 'next'])
    expect(split('one\r', '\ntwo')).toEqual(['one', 'two'])
    expect(split('a\r', 'bc\r')).toEqual(['bc'])
  })

  test('does not let a progress bar without a newline grow', () => {
    const draws = Array.from({ length: 20_000 }, (_, index) => `step ${index}\r`)
    const lines = split(...draws)
    expect(lines).toEqual(['step 19999'])
  })

  test('keeps escape sequences', () => {
    expect(split('\x1b[31mred\x1b[0m\n')).toEqual(['\x1b[31mred\x1b[0m'])
  })

  test('cuts a line that does not end into pieces, also inside one chunk', () => {
    const long = 'x'.repeat(3 * LONGEST_LINE + 10)
    expect(split(`${long}\n`).map((line) => line.length)).toEqual([LONGEST_LINE, LONGEST_LINE, LONGEST_LINE, 10])
    const chunks = Array.from({ length: 40 }, () => 'y'.repeat(8192))
    expect(split(...chunks).join('')).toHaveLength(40 * 8192)
    expect(split(...chunks).every((line) => line.length <= LONGEST_LINE)).toBe(true)
  })

  test('does not cut through a surrogate pair', () => {
    const lines = split(`a${'🚀'.repeat(LONGEST_LINE)}\n`)
    expect(lines.every((line) => line.isWellFormed())).toBe(true)
    expect(lines.join('')).toBe(`a${'🚀'.repeat(LONGEST_LINE)}`)
  })
})
