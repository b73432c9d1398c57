import { SLIP_KINDS, slipped } from '@rota/testkit/slips'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { checkConfig, formatProblem } from './load.ts'
import { CONFIG_FIELDS, type ConfigField } from './schema-fields.ts'

const slips = fc.array(
  fc.record({ kind: fc.constantFrom(...SLIP_KINDS), at: fc.nat(), by: fc.constantFrom('s', 'x', '_', 'e') }),
  {
    minLength: 1,
    maxLength: 2,
  },
)

const problemsOf = (path: readonly string[], value: unknown) =>
  checkConfig(stringify(path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value))).problems

const UNKNOWN = /is not a known field/

test('a key that is suggested is known at its place', () => {
  const mistakes = fc.tuple(fc.constantFrom(...CONFIG_FIELDS), fc.nat(), slips)
  let suggested = 0
  fc.assert(
    fc.property(mistakes, ([{ path, fallback }, at, all]) => {
      const part = at % path.length
      const wrong = path.with(part, all.reduce(slipped, path[part]!))
      const found = problemsOf(wrong, fallback ?? null).find(({ message }) => UNKNOWN.test(message))
      if (found?.suggestion === undefined) return
      suggested++
      const offered = found.suggestion.includes('.') ? found.suggestion.split('.') : wrong.with(part, found.suggestion)
      const left = problemsOf(offered.slice(0, part + 1), part + 1 < offered.length ? {} : (fallback ?? null))
      expect(left.filter(({ message }) => UNKNOWN.test(message))).toEqual([])
    }),
    { numRuns: 500 },
  )
  expect(suggested).toBeGreaterThan(200)
})

test('a value that is suggested is taken', () => {
  const choices = CONFIG_FIELDS.flatMap((field) => (field.options ?? []).map((option) => [field, option] as const))
  const zones = ['Europe/Berlin', 'Asia/Shanghai', 'America/New_York', 'Asia/Beijing', 'BST', 'UTC+8']
  const field = (name: string) => CONFIG_FIELDS.find(({ path }) => path.join('.') === name)!
  const written: (readonly [ConfigField, string])[] = [
    ...choices,
    ...zones.map((zone) => [field('timezone'), zone] as const),
  ]
  let suggested = 0
  fc.assert(
    fc.property(fc.constantFrom(...written), slips, ([{ path }, option], all) => {
      for (const { suggestion } of problemsOf(path, all.reduce(slipped, option))) {
        if (suggestion === undefined) continue
        suggested++
        expect(problemsOf(path, suggestion)).toEqual([])
      }
    }),
    { numRuns: 300 },
  )
  expect(suggested).toBeGreaterThan(100)
})

test('a variable that is suggested is known, and not set already', () => {
  const secrets = CONFIG_FIELDS.filter(({ isSecret }) => isSecret).map(({ variable }) => `${variable}_FILE`)
  const names = [...CONFIG_FIELDS.map(({ variable }) => variable), ...secrets, 'ROTA_CONFIG', 'ROTA_TOKEN']
  let suggested = 0
  fc.assert(
    fc.property(fc.constantFrom(...names), slips, (name, all) => {
      const wrong = `ROTA_${all.reduce(slipped, name.slice(5))}`
      const [warning = ''] = checkConfig('', { [wrong]: 'x' }).warnings
      const suggestion = /did you mean (ROTA_\w+)\?/.exec(warning)?.[1]
      if (suggestion === undefined) return
      suggested++
      expect(checkConfig('', { [suggestion]: '1' }).warnings.filter((text) => text.includes('is not known'))).toEqual(
        [],
      )
      expect(checkConfig('', { [wrong]: 'x', [suggestion]: '1' }).warnings.join()).not.toContain('did you mean')
    }),
    { numRuns: 400 },
  )
  expect(suggested).toBeGreaterThan(150)
})

test('a variable that is none of ours is left alone, and what is there is not suggested again', () => {
  expect(checkConfig('', { ROTA_FOO: '1', ROTA_CAR: '1', ROTA_HOME: '1' }).warnings).toEqual([])
  expect(checkConfig('port: 1\nprot: 2\n').problems.map(({ suggestion }) => suggestion)).toEqual([undefined])
})

test('what was meant is told once', () => {
  const told = (text: string) => checkConfig(text).problems.map((problem) => formatProblem(problem, null))
  expect(told('timezone: Asia/Beijing')[0]).toMatch(/Did you mean Asia\/Shanghai\?$/)
  expect(told('prot: 1')[0]!.match(/did you mean/gi)).toHaveLength(1)
})
