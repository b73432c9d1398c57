import { expect, test } from 'vitest'
import { sessionCookies, setSessionCookie } from './session-cookie.ts'

test('the cookie is out of reach for scripts, other sites and other paths, and over https for other hosts', () => {
  const plain = setSessionCookie({ value: 'v', maxAgeSeconds: 60.5 }, false)
  expect(plain).toBe('rota_session=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict')
  const secure = setSessionCookie({ value: 'v', maxAgeSeconds: 60 }, true)
  expect(secure).toBe('__Host-rota_session=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure')
})

test('taking it away is an empty one without a life', () => {
  expect(setSessionCookie({ value: null, maxAgeSeconds: 60 }, false)).toContain('rota_session=; Path=/; Max-Age=0;')
})

test('over https a cookie without the prefix counts for nothing: another host may have planted it', () => {
  const header = 'theme=dark; rota_session=planted; __Host-rota_session=own'
  expect(sessionCookies(header, true)).toEqual(['own'])
  expect(sessionCookies(header, false)).toEqual(['planted'])
})

test('every one that is there is found, and nothing that only looks alike', () => {
  expect(sessionCookies('rota_session=a; rota_session = b;x_rota_session=c; rota_session', false)).toEqual(['a', 'b'])
  expect(sessionCookies(undefined, false)).toEqual([])
})
