import { expect, test } from 'vitest'
import { refuseForeign } from './same-origin.ts'

const HOST = 'rota.example:7070'

function isTaken(method: string, headers: Record<string, string>) {
  try {
    refuseForeign({ method, host: HOST, headers })
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'forbidden' })
    return false
  }
}

const csrf = { 'x-rota-csrf': '1' }

test('a change needs the header that only our own page can send; reading does not', () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    expect(isTaken(method, {}), method).toBe(false)
    expect(isTaken(method, { 'x-rota-csrf': 'yes' }), method).toBe(false)
    expect(isTaken(method, csrf), method).toBe(true)
  }
  for (const method of ['GET', 'HEAD']) expect(isTaken(method, {}), method).toBe(true)
})

test('what a browser says about the site decides: another one may neither change nor read', () => {
  for (const site of ['cross-site', 'same-site', 'nonsense', '']) {
    expect(isTaken('GET', { 'sec-fetch-site': site }), site).toBe(false)
    expect(isTaken('POST', { ...csrf, 'sec-fetch-site': site }), site).toBe(false)
  }
  expect(isTaken('POST', { ...csrf, 'sec-fetch-site': 'same-origin' })).toBe(true)
})

test('an address that a person typed may be read, not written to', () => {
  expect(isTaken('GET', { 'sec-fetch-site': 'none' })).toBe(true)
  expect(isTaken('POST', { ...csrf, 'sec-fetch-site': 'none' })).toBe(false)
})

test('without that, the origin must be this host; a proxy may have taken the scheme away', () => {
  expect(isTaken('POST', { ...csrf, origin: `http://${HOST}` })).toBe(true)
  expect(isTaken('POST', { ...csrf, origin: `https://${HOST.toUpperCase()}` })).toBe(true)
  for (const origin of ['http://evil.example', 'http://rota.example', 'null', '', `http://${HOST}.evil.example`]) {
    expect(isTaken('POST', { ...csrf, origin }), origin).toBe(false)
    expect(isTaken('GET', { origin }), origin).toBe(false)
  }
})
