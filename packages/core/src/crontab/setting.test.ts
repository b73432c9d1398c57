import { expect, test } from 'vitest'
import { readSetting, type Setting } from './setting.ts'

const textOf = (line: string) => (readSetting(line) as { setting: Setting }).setting.value

test('spaces around the equal sign are optional (crontab(5))', () => {
  expect(readSetting('  SHELL = /bin/bash ')).toMatchObject({ setting: { name: 'SHELL', value: '/bin/bash' } })
  expect(textOf('SHELL=/bin/bash')).toBe('/bin/bash')
})

test('matching quotes preserve leading and trailing blanks and are themselves dropped (crontab(5))', () => {
  expect(textOf('A="  x "')).toBe('  x ')
  expect(textOf('A=\'say "no"\'')).toBe('say "no"')
  expect(readSetting('"NAME" = v')).toMatchObject({ setting: { name: 'NAME', value: 'v' } })
})

test('non-leading blanks of an unquoted value belong to it, trailing ones do not (crontab(5))', () => {
  expect(textOf('A=one two\t')).toBe('one two')
})

test('variables are not expanded (crontab(5))', () => {
  expect(textOf('PATH=$HOME/bin:$PATH')).toBe('$HOME/bin:$PATH')
})

test('a job whose command holds an equal sign is not a setting', () => {
  expect(readSetting('0 5 * * * FOO=bar command')).toBeNull()
  expect(readSetting('@daily A=b c')).toBeNull()
  expect(readSetting('*/5 * * * * x = y')).toBeNull()
})

test('an unclosed quote and text after a closed one are reported with their column', () => {
  expect(readSetting('A="b')).toMatchObject({ column: 3, problem: expect.stringContaining('never closes') })
  expect(readSetting('A="b" c')).toMatchObject({ column: 6, problem: expect.stringContaining('after the closing') })
})

test('a name with nothing after the equal sign is told from an empty quoted value', () => {
  expect(readSetting('MAILTO=')).toMatchObject({ setting: { value: '', bare: true } })
  expect(readSetting('MAILTO=""')).toMatchObject({ setting: { value: '', bare: false } })
})
