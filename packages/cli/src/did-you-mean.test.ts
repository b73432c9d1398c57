import { SLIP_KINDS, slipped } from '@rota/testkit/slips'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CommandSpec } from './spec.ts'
import { run } from './testing/run.ts'
import { GLOBAL_OPTIONS, ROOT } from './tree/root.ts'

/** No command starts with it, so that none of the corrected lines is carried out. */
const STOP = '--no-such-option-at-all'

interface Place {
  words: string[]
  names: string[]
  flags: string[]
}

function placesOf(spec: CommandSpec, words: string[] = []): Place[] {
  const flags = [...(spec.options ?? []), ...GLOBAL_OPTIONS].flatMap(
    ({ flags: text }) => text.match(/--[a-z][\w-]*/g) ?? [],
  )
  const commands = spec.commands ?? []
  return [
    { words, names: commands.map(({ name }) => name), flags },
    ...commands.flatMap((each) => placesOf(each, [...words, each.name])),
  ]
}

const PLACES = placesOf(ROOT)
const GROUPS = PLACES.filter(({ names }) => names.length > 0)

/** What people bring along from other tools. */
const FOREIGN = 'rm ls remove add new start stop kill get update change list run logs copy version runs jobs why'.split(
  ' ',
)
const FOREIGN_FLAGS =
  '--timezone --zone --cmd --force --since --until --language --watch --lines --tags --output --x'.split(' ')

const slips = fc.array(
  fc.record({ kind: fc.constantFrom(...SLIP_KINDS), at: fc.nat(), by: fc.constantFrom('x', 'e', 's', '-') }),
  {
    minLength: 0,
    maxLength: 2,
  },
)

const suggestionIn = (err: string) => /\(Did you mean (.*)\?\)/.exec(err)?.[1]

test('a command that is suggested exists', async () => {
  const mistakes = fc
    .tuple(fc.constantFrom(...GROUPS), fc.nat(), slips, fc.boolean())
    .map(([{ words, names }, at, all, isForeign]) => {
      const from = isForeign ? FOREIGN : names
      return { words, word: all.reduce(slipped, from[at % from.length]!) }
    })
  let suggested = 0
  await fc.assert(
    fc.asyncProperty(mistakes, async ({ words, word }) => {
      fc.pre(word !== '' && !word.startsWith('-'))
      const suggestion = suggestionIn((await run([...words, word, STOP])).err)
      if (suggestion === undefined) return
      suggested++
      expect((await run([...words, ...suggestion.split(' '), STOP])).err).not.toMatch(/unknown command/)
    }),
    { numRuns: 250 },
  )
  expect(suggested).toBeGreaterThan(50)
})

test('an option that is suggested is taken there', async () => {
  const mistakes = fc
    .tuple(fc.constantFrom(...PLACES), fc.nat(), slips, fc.boolean())
    .map(([{ words, flags }, at, all, isForeign]) => {
      const from = isForeign ? FOREIGN_FLAGS : flags
      return { words, flag: `--${all.reduce(slipped, from[at % from.length]!.slice(2))}` }
    })
  let suggested = 0
  await fc.assert(
    fc.asyncProperty(mistakes, async ({ words, flag }) => {
      const suggestion = suggestionIn((await run([...words, flag, 'x', STOP])).err)
      if (suggestion === undefined || suggestion === '--help' || suggestion === '--version') return
      suggested++
      expect((await run([...words, suggestion, 'x', STOP])).err).not.toContain(`unknown option '${suggestion}'`)
    }),
    { numRuns: 250 },
  )
  expect(suggested).toBeGreaterThan(50)
})

test.each([
  [['task', 'create', '--timezone', 'UTC'], '--tz'],
  [['task', 'create', '--timzone', 'UTC'], '--tz'],
  [['task', 'create', '--cmd', 'ls'], '--shell'],
  [['task', 'delete', '--force'], '--yes'],
  [['execution', 'list', '--since', '2026-01-01'], '--from'],
  [['task', 'remove', 'x'], 'delete'],
  [['task', 'update', 'x'], 'edit'],
  [['user', 'update', 'x'], 'set'],
  [['token', 'rm', 'x'], 'revoke'],
  [['stop', 'x'], 'task stop'],
  [['list'], 'task list'],
  [['ls'], 'task list'],
  [['rm', 'x'], 'task delete'],
  [['serve'], 'server'],
  [['tasks', 'list'], 'task'],
])('%j is answered with %s', async (args, suggestion) => {
  expect(suggestionIn((await run(args)).err)).toBe(suggestion)
})

test('nothing is suggested that means something else', async () => {
  for (const args of [['banana'], ['task', 'list', '--frobnicate'], ['config', 'delete']]) {
    expect(suggestionIn((await run(args)).err), args.join(' ')).toBeUndefined()
  }
})
