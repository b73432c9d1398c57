import { expect, test } from 'vitest'
import { furtherFields, wordsOf } from './further-fields.ts'

test('a field that no section names gets a control by itself', () => {
  expect(furtherFields(['name', 'env', 'niceness', 'retry'])).toEqual(['niceness'])
})

test('a field is called by the words of its flag in the language of the page, else by its name', () => {
  expect(wordsOf('working_dir', 'en')).toBe('Working directory')
  expect(wordsOf('working_dir', 'zh-CN')).toBe('工作目录')
  expect(wordsOf('max_log_bytes', 'zh')).toBe('Max log bytes')
})
