import { describe, expect, test } from 'vitest'
import { breaches, type Exception, shrunk } from './function-exceptions.ts'
import { functionSizes } from './function-sizes.ts'

const FILLER = 'step()\n'
const long = (lines: number, name = 'long') => `function ${name}() {\n${FILLER.repeat(lines - 2)}}\n`
const wide = (parameters: number) => `const wide = (${Array.from({ length: parameters }, (_, i) => `p${i}`)}) => p0\n`

const linesOf = (source: string, path = 'a.ts') =>
  functionSizes(path, source).map(({ name, lines }) => [name, lines] as const)

describe('the length of a function', () => {
  test('is what it spans, without the comment before it', () => {
    expect(linesOf(`/**\n * About.\n */\n${long(7)}`)).toEqual([['long', 7]])
  })

  test('leaves out functions with a name of their own, each of which stays as one line', () => {
    const source = `function createX() {
  let state = 0
  function grow() {
    state += 1
  }
  const shrink = () => {
    state -= 1
  }
  return {
    grow,
    shrink,
    async reset() {
      state = 0
    },
  }
}`
    expect(linesOf(source)).toEqual([
      ['createX', 10],
      ['createX.grow', 3],
      ['createX.shrink', 3],
      ['createX.reset', 3],
    ])
  })

  test('includes callbacks without a name', () => {
    expect(linesOf('function all() {\n  return list.map((one) => {\n    return one\n  })\n}')).toEqual([['all', 5]])
  })

  test('leaves out a named function inside of a callback', () => {
    const source = 'function all() {\n  list.map(() => {\n    const f = () => {\n      step()\n    }\n  })\n}'
    expect(linesOf(source)).toEqual([
      ['all', 5],
      ['all.f', 3],
    ])
  })

  test('is judged for a callback too where no function is around it', () => {
    expect(linesOf("app.get('/', () => {\n  reply()\n})\napp.get('/a', () => 1)")).toEqual([
      ['callback', 3],
      ['callback#2', 1],
    ])
  })

  test('counts in methods and constructors, by the name of their class', () => {
    const source =
      'class A {\n  constructor() {\n    step()\n  }\n  #grow = () => {\n    step()\n  }\n  get size() { return 1 }\n}'
    expect(linesOf(source)).toEqual([
      ['A.constructor', 3],
      ['A.#grow', 3],
      ['A.size', 1],
    ])
  })

  test('does not exist where only a type is declared', () => {
    expect(linesOf('interface Port {\n  run(a: number, b: number): void\n}\ndeclare function f(): void')).toEqual([])
  })
})

describe('a test', () => {
  const body = `{\n${FILLER.repeat(80)}}`

  test.each([
    ['test', `test('a', async () => ${body})`],
    ['describe', `describe('a', () => ${body})`],
    ['test.each', `test.each([1])('a', (a, b, c, d, e) => ${body})`],
    ['a table by template', `test.each\`a\n\${1}\`('a', () => ${body})`],
    ['a hook', `beforeEach(() => ${body})`],
    ['a callback inside', `test('a', () => { list.map(() => ${body}) })`],
  ])('has no length: %s', (_, source) => {
    expect(linesOf(source)).toEqual([])
  })

  test('is one line of a contract suite', () => {
    const source = `function contract() {\n  describe('a', () => {\n    test('b', () => ${body})\n  })\n}`
    expect(linesOf(source)).toEqual([['contract', 3]])
  })

  test('has no part in the length of the functions with a name inside it', () => {
    expect(linesOf(`test('a', () => {\n${long(60)}})`)).toEqual([['long', 60]])
  })
})

describe('the law', () => {
  const breachesOf = (source: string, exceptions: readonly Exception[] = [], path = 'a.ts') =>
    breaches(functionSizes(path, source), exceptions)

  test('is kept by 50 lines and four parameters', () => {
    expect(breachesOf(long(50) + wide(4))).toEqual([])
  })

  test('is broken by a line or a parameter more', () => {
    expect(breachesOf(long(51))).toEqual(['a.ts:1: long has 51 lines, of at most 50.'])
    expect(breachesOf(wide(5))).toEqual(['a.ts:1: wide has 5 parameters, of at most 4.'])
  })

  test('allows a component of the page 120 lines, and what else is in its file 50', () => {
    expect(breachesOf(long(120, 'Page') + long(51, 'format'), [], 'a.tsx')).toEqual([
      'a.tsx:121: format has 51 lines, of at most 50.',
    ])
    expect(breachesOf(long(121, 'Page'), [], 'a.tsx')).toEqual(['a.tsx:1: Page has 121 lines, of at most 120.'])
    expect(breachesOf(long(51, 'Page'))).toEqual(['a.ts:1: Page has 51 lines, of at most 50.'])
  })

  test('does not count `this`, which no caller passes', () => {
    expect(breachesOf('function f(this: X, a, b, c, d) {}')).toEqual([])
  })
})

describe('an exception', () => {
  const LISTED: Exception[] = [{ path: 'a.ts', name: 'long', lines: 60 }]
  const sizesOf = (source: string) => functionSizes('a.ts', source)

  test('lets a function be as long as listed', () => {
    expect(breaches(sizesOf(long(60)), LISTED)).toEqual([])
  })

  test('does not let it grow', () => {
    expect(breaches(sizesOf(long(61)), LISTED)).toEqual(['a.ts:1: long has 61 lines, more than the 60 of its entry.'])
  })

  test('excuses nothing else about it', () => {
    const source = long(60).replace('()', '(a, b, c, d, e)')
    expect(breaches(sizesOf(source), LISTED)).toEqual(['a.ts:1: long has 5 parameters, of at most 4.'])
  })

  test.each([
    [
      'became shorter',
      long(55),
      'a.ts:1: long has 55 lines. Lower the 60 of its entry.',
      [{ ...LISTED[0], lines: 55 }],
    ],
    ['keeps the law', long(50), 'a.ts:1: long has 50 lines, which is in order. Remove the lines of its entry.', []],
    ['is gone', '', 'a.ts: long is not there any more. Remove its entry.', []],
  ])('is out of date when the function %s, and --shrink mends that', (_, source, breach, list) => {
    expect(breaches(sizesOf(source), LISTED)).toEqual([breach])
    expect(shrunk(sizesOf(source), LISTED)).toEqual(list)
  })

  test('neither grows nor comes to be by --shrink', () => {
    expect(shrunk(sizesOf(long(61) + wide(5)), LISTED)).toEqual(LISTED)
  })
})
