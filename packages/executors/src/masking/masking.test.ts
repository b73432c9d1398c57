import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogLine } from '../executor.ts'
import { type Masker, maskerOf } from './masker.ts'
import { needlesOf } from './needles.ts'

/** The program's own mark would read as part of a secret that has stars. */
const withoutStars = (text: string) => !text.includes('*')
const secretText = fc
  .oneof(
    fc.string({ minLength: 6, maxLength: 30, unit: 'binary' }),
    fc.string({ minLength: 6, maxLength: 200, unit: fc.constantFrom('a', 'b', ' ', '\n', '\\', '"', "'", '/', 'é') }),
    fc.string({ minLength: 6, maxLength: 9, unit: fc.constantFrom('a', 'b') }),
    fc.array(fc.string({ maxLength: 9 }), { minLength: 3, maxLength: 8 }).map((lines) => lines.join('\n')),
  )
  .map((text) => text.replaceAll('\0', '0').toWellFormed())
  .filter((text) => withoutStars(text) && Buffer.byteLength(text.trim()) >= 6)
const noise = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', '\n', ' ') }),
)

/** Programs write secrets in these ways; base64 of text around it, too. */
const ENCODINGS: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  trimmed: (secret) => secret.trim(),
  'with Windows line ends': (secret) => secret.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'),
  'with its words split': (secret) => secret.split(/\s+/).join(' '),
  'as JSON': (secret) => JSON.stringify(secret).slice(1, -1),
  'in a URL': (secret) => encodeURIComponent(secret),
  'in a form': (secret) => new URLSearchParams({ '': secret }).toString().slice(1),
  'for a shell': (secret) => secret.replaceAll("'", "'\\''"),
  'base64, first': (secret) => Buffer.from(secret).toString('base64'),
  'base64, second': (secret) => Buffer.from(`x${secret}`).toString('base64').slice(2),
  'base64url, third': (secret) => Buffer.from(`xx${secret}yy`).toString('base64url').slice(3),
  'base64 in lines': (secret) =>
    (
      Buffer.from(secret)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\n'),
  hexadecimal: (secret) => Buffer.from(secret).toString('hex'),
  HEXADECIMAL: (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
}

/** What of an encoding depends on the secret alone: the last digit of base64 is of what follows, too. */
function coreOf(name: string, written: string): string {
  return name.startsWith('base64') ? written.replaceAll('=', '').slice(0, -2) : written
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((each) => each % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length))
}

function streamed(masker: Masker, chunks: readonly Buffer[]): string {
  const stream = masker.stream()
  return Buffer.concat([...chunks.map((chunk) => Buffer.from(stream.push(chunk))), stream.end()]).toString()
}

describe('a secret of six bytes or more', () => {
  test.each(Object.entries(ENCODINGS))('is not left in a stream, wherever that is cut: %s', (name, encode) => {
    const cuts = fc.array(fc.nat(10_000), { maxLength: 12 })
    fc.assert(
      fc.property(secretText, noise, noise, cuts, (secret, before, after, places) => {
        const written = encode(secret)
        fc.pre(written.length >= 6)
        const text = Buffer.from(before + written + after)
        const masked = streamed(maskerOf([secret])!, cut(text, places))
        const core = coreOf(name, written)
        if (core.length >= 6) expect(masked).not.toContain(core)
        expect(masked).toContain('***')
      }),
      { numRuns: 300 },
    )
  })

  test('is not left in the lines of two streams, nor in what joins them', () => {
    const pieces = fc.array(fc.tuple(fc.nat(200), fc.boolean()), { maxLength: 10 })
    fc.assert(
      fc.property(fc.array(secretText, { minLength: 1, maxLength: 4 }), noise, pieces, (secrets, before, places) => {
        const lines: LogLine[] = `${before}${secrets.join('\n')}`.split('\n').map((text, i) => {
          return { at: 0, stream: places[i]?.[1] ? 'stderr' : 'stdout', text }
        })
        const masker = maskerOf(secrets)!.lines()
        const kept: LogLine[] = []
        let from = 0
        for (const [count] of places) {
          kept.push(...masker.push(lines.slice(from, from + (count % 3))))
          from += count % 3
        }
        kept.push(...masker.push(lines.slice(from)), ...masker.end())
        expect(kept.length).toBe(lines.length)
        const joined = kept.map(({ text }) => text).join('\n')
        for (const secret of secrets) expect(joined).not.toContain(secret)
      }),
      { numRuns: 500 },
    )
  })

  test('is found by the many-needle search wherever a plain one finds it, and nothing else is', () => {
    const small = fc.string({ minLength: 6, maxLength: 90, unit: fc.constantFrom('a', 'b') })
    const texts = fc.string({ maxLength: 300, unit: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(fc.array(small, { minLength: 1, maxLength: 5 }), texts, (secrets, text) => {
        const covered = new Uint8Array(text.length)
        for (const needle of needlesOf(secrets).map(String)) {
          for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
            covered.fill(1, at, at + needle.length)
          }
        }
        // A letter behind it: what may have begun at the end is another matter.
        const expected = [...text].map((char, i) => (covered[i] ? '*' : char)).join('')
        const masked = streamed(maskerOf(secrets)!, [Buffer.from(`${text}!`)])
        expect(masked).toBe(`${expected.replace(/\*+/g, '***')}!`)
      }),
      { numRuns: 500 },
    )
  })

  test('is recognised as real programs write it', () => {
    const secret = `p'a$s "w" \\ö/${'xyz0'.repeat(30)}`
    const env = { PATH: process.env.PATH, S: secret }
    const run = (script: string) => execFileSync('/bin/sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const scripts = [
      'printf %s "$S"',
      'printf %s "$S" | base64',
      'printf %s "$S" | od -An -v -tx1 | tr -d " \\n"',
      '(set -x; : "$S") 2>&1',
    ]
    for (const script of scripts) {
      const masked = streamed(maskerOf([secret])!, [run(script)])
      expect(masked, script).toContain('***')
      expect(masked, script).not.toMatch(/xyz0xyz|eXowe|78797a30/)
    }
  })
})

describe('what is held back', () => {
  const masker = maskerOf(['opensesame', 'line one\nline two'])!

  test('is no more than may begin a secret, and waits for what comes', () => {
    const stream = masker.stream()
    expect(String(stream.push(Buffer.from('say open')))).toBe('say ')
    expect(String(stream.push(Buffer.from(' it')))).toBe('open it')
    expect(String(stream.push(Buffer.from(' openses')))).toBe(' ')
    expect(String(stream.push(Buffer.from('ame.')))).toBe('***.')
  })

  test('is replaced at the end when six bytes of a secret have come, and given out when fewer have', () => {
    expect(streamed(masker, [Buffer.from('so opense')])).toBe('so ***')
    expect(streamed(masker, [Buffer.from('so open')])).toBe('so open')
  })

  test('passes a chunk on as it is when there is nothing in it', () => {
    const chunk = Buffer.from('nothing to see here, move along!')
    expect(masker.stream().push(chunk)).toBe(chunk)
  })

  test('a secret of several lines goes by any white space, and across streams', () => {
    expect(streamed(masker, [Buffer.from('<line one \tline two>')])).toBe('<***>')
    const lines = maskerOf(['ab\ncd\nef'])!.lines()
    const line = (stream: 'stdout' | 'stderr', text: string): LogLine => ({ at: 0, stream, text })
    const kept = [
      ...lines.push([line('stdout', 'x ab'), line('stderr', 'cd')]),
      ...lines.push([line('stdout', 'ef y'), line('stdout', 'end')]),
      ...lines.end(),
    ]
    expect(kept.map(({ text }) => text)).toEqual(['x ***', '***', '*** y', 'end'])
  })
})

describe('what is no stream', () => {
  const masker = maskerOf(['123456', 'opensesame', 'short'])!

  test('is masked in texts, numbers and names of a value', () => {
    expect(masker.json({ opensesame: [123456, 7, 'x opensesame'], b: { c: true, d: null } })).toEqual({
      '***': ['***', 7, 'x ***'],
      b: { c: true, d: null },
    })
    expect(masker.text('nothing')).toBe('nothing')
  })

  test('values too short to be recognised are let be', () => {
    expect(masker.text('short')).toBe('short')
    expect(maskerOf(['short', ' '])).toBeNull()
    expect(maskerOf([])).toBeNull()
  })
})
