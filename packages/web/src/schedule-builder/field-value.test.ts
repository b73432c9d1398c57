import { expect, test } from 'vitest'
import { fieldValue } from './field-value.ts'

const chinese = { language: 'zh', isQuartz: false }
const english = { language: 'en', isQuartz: false }

test.each([
  ['mon', '周一', 'Monday'],
  ['0', '周日', 'Sunday'],
  ['7', '周日', 'Sunday'],
  ['1-5', '周一–周五', 'Monday–Friday'],
  ['mon, WED-fri', '周一、周三–周五', 'Monday, Wednesday–Friday'],
  ['9', '9', '9'],
])('the weekday %s has a name', (text, inChinese, inEnglish) => {
  expect([fieldValue('dayOfWeek', text, chinese), fieldValue('dayOfWeek', text, english)]).toEqual([
    inChinese,
    inEnglish,
  ])
})

test('Quartz counts weekdays from Sunday, 1', () => {
  expect(fieldValue('dayOfWeek', '1, 7', { language: 'en', isQuartz: true })).toBe('Sunday, Saturday')
  expect(fieldValue('dayOfWeek', '0', { language: 'en', isQuartz: true })).toBe('0')
})

test('months have names, other fields their numbers', () => {
  expect(fieldValue('month', 'jan, 12', english)).toBe('January, December')
  expect(fieldValue('month', '3', chinese)).toBe('三月')
  expect(fieldValue('month', '13', chinese)).toBe('13')
  expect(fieldValue('hour', '1-5', chinese)).toBe('1-5')
})
