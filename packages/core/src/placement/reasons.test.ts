import { expect, test } from 'vitest'
import { translate } from '../language/translate.ts'
import { REASON_CODES } from './model.ts'
import { describeReason } from './reasons.ts'

test.each(REASON_CODES)('%s says in both languages what it means, and who has to do something', (code) => {
  const { action, text } = describeReason(code)
  expect(text).toMatch(/^[A-Z].*\.$/)
  expect(translate(text, 'zh')).toMatch(/[\u4e00-\u9fff].*。$/)
  expect(['wait', 'change request', 'operator']).toContain(action)
})

test('each code has words of its own', () => {
  expect(new Set(REASON_CODES.map((code) => describeReason(code).text)).size).toBe(REASON_CODES.length)
})
