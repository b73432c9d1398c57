import { expect, test } from 'vitest'
import { documentErrors } from './document.ts'

test('text with a NUL or half a surrogate pair is refused with its field and position', () => {
  expect(documentErrors({ env: { A: 'x\u0000y' } })).toEqual([
    { path: 'env.A', message: 'must not contain a NUL character.', position: 1 },
  ])
  expect(documentErrors({ tags: ['ok', 'a😀b\ud800'] })).toEqual([
    { path: 'tags[1]', message: 'must not contain half a surrogate pair.', position: 4 },
  ])
  expect(documentErrors({ name: '计划 😀' })).toEqual([])
})

test('keys that reach a prototype are refused at any depth', () => {
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    const [error] = documentErrors(JSON.parse(`{"a":[{"${key}":{"polluted":true}}]}`))
    expect(error).toEqual({ path: `a[0].${key}`, message: 'is not allowed as a key.' })
  }
})

test('nesting beyond the limit is refused without recursion, however deep', () => {
  let deep: unknown = 1
  for (let level = 0; level < 100_000; level++) deep = [deep]
  expect(documentErrors(deep)[0]?.message).toContain('nested deeper than 32')
})

test('a document with too many values is refused', () => {
  expect(documentErrors({ tags: Array.from({ length: 60_000 }, () => 'x') })[0]?.message).toContain('too many')
  const wide = Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`k${at}`, 1]))
  expect(documentErrors(wide)[0]?.message).toContain('at most 50000 values')
})
