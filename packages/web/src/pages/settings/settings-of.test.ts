import { expect, test } from 'vitest'
import { settingsOf } from './settings-of.ts'

test('sections become names with dots, in their own order', () => {
  expect(settingsOf({ port: 7070, http: { web: true, limits: { rate: 1.5 } } })).toEqual([
    { name: 'port', value: '7070' },
    { name: 'http.web', value: 'true' },
    { name: 'http.limits.rate', value: '1.5' },
  ])
})

test('what is null or empty is not set, and a list stays one setting', () => {
  expect(settingsOf({ url: null, deny: [], groups: {}, allow: ['10.0.0.0/8'] })).toEqual([
    { name: 'url', value: null },
    { name: 'deny', value: null },
    { name: 'groups', value: null },
    { name: 'allow', value: '["10.0.0.0/8"]' },
  ])
})
