import { expect, test } from 'vitest'
import { newTokenText, readTokenText } from './token-text.ts'

test('a token reads back as it was made, and no two are alike', () => {
  const made = Array.from({ length: 200 }, () => newTokenText())
  for (const { text, id, secret } of made) {
    expect(text).toMatch(/^rota_pat_[0-9A-Za-z]{36}$/)
    expect(readTokenText(text)).toEqual({ id, secret })
  }
  expect(new Set(made.map(({ id }) => id)).size).toBe(made.length)
})

test('a token with any character changed, cut off or added is told without a look at the database', () => {
  const { text } = newTokenText()
  for (let at = 'rota_pat_'.length; at < text.length; at++) {
    const other = text[at] === 'x' ? 'y' : 'x'
    expect(readTokenText(text.slice(0, at) + other + text.slice(at + 1)), String(at)).toBeNull()
  }
  for (const wrong of [text.slice(0, -1), `${text}0`, text.toUpperCase(), ` ${text}`, '']) {
    expect(readTokenText(wrong)).toBeNull()
  }
})

test('the sum is the CRC-32 of what was drawn, in base 62', () => {
  // Python: zlib.crc32(b'A' * 30) = 830433819, written with 0-9A-Za-z.
  const drawn = 'A'.repeat(30)
  expect(readTokenText(`rota_pat_${drawn}${sixDigits(830_433_819)}`)).toEqual({ id: 'A'.repeat(10), secret: drawn })
})

test('a token as it was made before is still read', () => {
  const [id, secret] = ['0'.repeat(24), 'x'.repeat(43)]
  expect(readTokenText(`rota_${id}.${secret}`)).toEqual({ id, secret })
})

function sixDigits(value: number): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  return Array.from({ length: 6 }, (_, at) => digits[Math.floor(value / 62 ** (5 - at)) % 62]).join('')
}
