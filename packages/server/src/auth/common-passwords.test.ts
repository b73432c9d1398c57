import { expect, test } from 'vitest'
import { isCommonPassword } from './common-passwords.ts'
import { passwordErrors, randomPassword } from './passwords.ts'

test('words that anybody tries are known with what people put around them', () => {
  const common = `password Password123! P@ssw0rd2026 passwordpassword PASSWORD1234 admin123456789 Adm1n!!!!2024
    administrator letmein-please changeme!!!! 123456789012 12345678 qwertyuiop1234 abcdefghijkl 987654321098
    welcome2026!! QWERTYqwerty12 zxcvbnmasdfghjkl root_root_root abcd1234efgh correcthorsebatterystaple`
  expect(common.split(/\s+/).filter((password) => !isCommonPassword(password))).toEqual([])
})

test('words of one’s own are taken', () => {
  const own = [
    'tangled amber lantern',
    'correct horse battery',
    'first long password',
    'kohlrabi-summer-91',
    '墙上的画很漂亮得很啊',
  ]
  expect(own.filter(isCommonPassword)).toEqual([])
})

test('a password that is made obeys every rule, however long it must be', () => {
  for (const length of [8, 12, 24, 100, 256])
    expect(passwordErrors(randomPassword(length), length, 'admin')).toEqual([])
})

test('a long text is judged in time that grows with its length', () => {
  for (const text of ['ab'.repeat(500), 'a'.repeat(1_000), '1qaz'.repeat(250)]) isCommonPassword(text)
})
