import { expect, test } from 'vitest'
import { slowExpressions } from './slow-expressions.ts'

const whyOf = async (source: string) => (await slowExpressions('planted.ts', source)).map(({ why }) => why)

test.each([
  ['blanks before an end', String.raw`text.replace(/\s+$/, '')`, 'polynomial'],
  ['lazy before blanks', String.raw`const SETTING = /^(.*?)\s*=\s*(.*)$/`, 'polynomial'],
  ['a marker line', String.raw`/^\s*::\s*result\s*::\s*(.*?)\s*$/is.exec(line)`, 'polynomial'],
  ['a shebang', String.raw`const BANG = /^#![ \t]*(\S+)(?:[ \t]+([^\n]*?))?[ \t]*\r?(?:\n|$)/`, 'polynomial'],
  ['two of the same groups', 'const TWICE = /^(?:ab)*(?:ab)*c/', 'polynomial'],
  ['an opening without its end', 'const TAG = /<[^>]*>/g', 'polynomial'],
  ['nested repetition', 'const NESTED = /^(a+)+$/', 'exponential'],
  ['alternatives that overlap', 'const OVERLAP = /^(a|a)*$/', 'exponential'],
  ['one in a string', String.raw`new RegExp('\\s+$')`, 'polynomial'],
  ['one that nobody knows yet', 'new RegExp(given)', 'made at run time'],
  ['one behind a look ahead', String.raw`const WORD = /\b(?=[a-f]*\d)[0-9a-f]{8,}\b/g`, 'unproven'],
])('a planted one is found: %s', async (_, source, why) => {
  expect(await whyOf(source)).toEqual([why])
})

test.each([
  [String.raw`const WORD = /^\s*(\S+)/`],
  [String.raw`const NUMBER = /^-?\d+(?:\.\d+)?$/`],
  [String.raw`const BLANKS = /\s+/g`],
  [String.raw`const NAME = /^[A-Za-z_]\w*=/`],
  [String.raw`const HASH = /\b[0-9a-f]{8}-[0-9a-f]{4}\b/`],
])('a linear one is none: %s', async (source) => {
  expect(await whyOf(source)).toEqual([])
})

test('the line is told', async () => {
  const [found] = await slowExpressions('a.tsx', 'const a = <b />\n\nconst c = /x*y*x*$/')
  expect(found).toMatchObject({ path: 'a.tsx', line: 3 })
})
