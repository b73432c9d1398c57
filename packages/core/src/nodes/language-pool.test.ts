import { expect, test } from 'vitest'
import { languagePool } from './language-pool.ts'

const none = { languages: [], capabilities: {} }

test('nodes with the same languages are in one pool, in whatever order and case they name them', () => {
  expect(languagePool({ ...none, languages: ['zh', 'en'] })).toBe('en-zh')
  expect(languagePool({ ...none, languages: ['EN', 'zh', 'en'] })).toBe('en-zh')
})

test('a node that names no languages has those of its services', () => {
  const capabilities = { asr: { languages: ['zh'], models: [] }, tts: { languages: ['bo', 'zh'], models: [] } }
  expect(languagePool({ languages: [], capabilities })).toBe('bo-zh')
})

test('a node without languages is in no such pool', () => {
  expect(languagePool(none)).toBeNull()
})

test('a long list of languages has a name of bounded length that no other list has', () => {
  const many = Array.from({ length: 100 }, (_, at) => `l${at}`)
  const name = languagePool({ ...none, languages: many })!
  expect(name.length).toBeLessThanOrEqual(100)
  expect(languagePool({ ...none, languages: many.slice(0, 99) })).not.toBe(name)
})
