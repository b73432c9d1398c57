import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bashCompletion } from './completion/bash.ts'
import { places } from './completion/places.ts'
import { zshCompletion } from './completion/zsh.ts'
import { commandReference } from './reference.ts'
import type { CommandSpec } from './spec.ts'
import { run } from './testing/run.ts'
import { GLOBAL_OPTIONS, ROOT } from './tree/root.ts'

const BIN = join(import.meta.dirname, '..', 'bin', 'rota.js')

function leaves(spec: CommandSpec, words: string[] = []): { words: string[]; spec: CommandSpec }[] {
  const own = spec.load ? [{ words, spec }] : []
  return [...own, ...(spec.commands ?? []).flatMap((each) => leaves(each, [...words, each.name]))]
}

const COMMANDS = leaves(ROOT)
const PLACES = places(ROOT, GLOBAL_OPTIONS)

test.each(COMMANDS.map(({ words, spec }) => [words.join(' '), spec] as const))(
  '%s has help with an example',
  async (name, spec) => {
    const { code, out } = await run([...name.split(' '), '--help'])
    expect(code).toBe(0)
    expect(out).toContain(`Usage: rota ${name}`)
    expect(spec.examples?.length ?? 0).toBeGreaterThan(0)
    expect(out).toContain(spec.examples![0]![0])
  },
)

test.each(COMMANDS.map(({ words, spec }) => [words.join(' '), spec] as const))(
  '%s can be loaded',
  async (_name, spec) => {
    expect(await spec.load!()).toBeTypeOf('function')
  },
)

test('every list and every log takes -n for how many, and --limit says the same', () => {
  const many = /^(list |show the log|print when|success rate)/
  const lists = COMMANDS.filter(({ spec }) => many.test(spec.summary))
  expect(lists.length).toBeGreaterThanOrEqual(10)
  for (const { words, spec } of lists) {
    const flags = (spec.options ?? []).map((option) => option.flags).join('\n')
    expect(flags, words.join(' ')).toMatch(/^-n, /m)
    expect(flags, words.join(' ')).toMatch(/--limit <n>/)
  }
})

test('help takes the words of a command', async () => {
  expect((await run(['help', 'task', 'create'])).out).toBe((await run(['task', 'create', '--help'])).out)
  expect(await run(['help', 'tsk'])).toMatchObject({ code: 2, out: '' })
})

test.each(['create', 'edit'])('the options of task %s stand in sections that fit 80 columns', async (name) => {
  const { out } = await run(['task', name, '--help'], { width: 80 })
  const headings = ['What it is', 'What it runs', 'When', 'Where and how', 'Limits', 'When it fails or is late']
  expect(out.match(/^\w.*(?=:$)/gm)).toEqual([
    'Arguments',
    ...headings,
    'Anything else',
    'Options',
    'Global Options',
    'Examples',
  ])
  const sections = out.split(/\n\n/)
  const sectionOf = (flag: string) => sections.find((each) => each.includes(`\n  ${flag} `))?.split(':\n')[0]
  const flags = ['--group', '--http', '--jitter', '--run-as', '--timeout', '--retry']
  expect(flags.map(sectionOf)).toEqual(headings)
  for (const line of out.slice(0, out.indexOf('Examples:')).split('\n'))
    expect(line.length, line).toBeLessThanOrEqual(80)
})

test('no option name stands twice on one command, counting those of every command', async () => {
  for (const { words, spec } of COMMANDS) {
    const names = (spec.options ?? []).flatMap(({ flags }) => flags.match(/--?[a-z][\w-]*/g) ?? [])
    expect(new Set(names).size, words.join(' ')).toBe(names.length)
    for (const taken of ['--url', '--data', '--json', '-q', '--quiet', '--lang', '-V', '-h'])
      expect(names).not.toContain(taken)
  }
})

test.each([
  [['tsk'], /unknown command 'tsk'\n\(Did you mean task\?\)\nSee rota --help/],
  [['task', 'lst'], /unknown command 'lst'/],
  [['task', 'show'], /missing required argument 'task'/],
  [['task', 'list', '--grp', 'x'], /unknown option '--grp'\n\(Did you mean --group\?\)/],
  [['execution', 'list', '--status', 'odd'], /Allowed/],
])('%j is wrong usage, told with the nearest right one', async (args, message) => {
  const { code, out, err } = await run(args)
  expect(code).toBe(2)
  expect(out).toBe('')
  expect(err).toMatch(message)
})

test('the reference names every command and every exit code', () => {
  const text = commandReference()
  for (const { words } of COMMANDS) expect(text).toContain(`# rota ${words.join(' ')}\n`)
  expect(text).toContain('| 3 | `partial` |')
})

/** What bash offers after these words. */
function complete(words: string[]): Promise<string[]> {
  const line = words.map((word) => `'${word}'`).join(' ')
  const script = `${bashCompletion(PLACES)}
COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _rota; printf '%s\\n' "\${COMPREPLY[@]}"`
  return new Promise((resolve, reject) => {
    execFile('bash', ['-c', script], { cwd: import.meta.dirname }, (error, out) =>
      error ? reject(error) : resolve(out.split('\n').filter(Boolean)),
    )
  })
}

test.skipIf(!existsSync('/bin/bash'))('bash completes commands, options, values and files', async () => {
  expect(await complete(['rota', 'ta'])).toEqual(['task'])
  expect(await complete(['rota', 'task', 'res'])).toEqual(['resume', 'restore'])
  expect(await complete(['rota', '--json', 'task', 'li'])).toEqual(['list'])
  expect(await complete(['rota', 'task', 'list', '--sta'])).toEqual(['--status'])
  expect(await complete(['rota', 'task', 'list', '--status', 'pa'])).toEqual(['paused'])
  expect(await complete(['rota', 'completion', ''])).toEqual(['bash', 'zsh', 'fish'])
  expect(await complete(['rota', 'task', 'create', '-f', 'mai'])).toEqual(['main.ts'])
  expect(await complete(['rota', 'import', 'crontab', 'mai'])).toEqual(['main.ts'])
  expect(await complete(['rota', 'task', 'show', 'mai'])).toEqual([])
})

test('the zsh script holds commands and their meaning', () => {
  expect(zshCompletion(PLACES)).toContain("'list:list tasks'")
})

/** Runs the real command, as a shell does. */
function real(
  args: string[],
  options: { shell?: string } = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', NO_COLOR: '1' }
  const child = options.shell
    ? spawn('bash', ['-c', `set -o pipefail; ${options.shell}`, process.execPath, BIN], { env })
    : spawn(process.execPath, [BIN, ...args], { env })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

test('the real command ends with the codes it promises', async () => {
  const [good, wrong, unreachable] = await Promise.all([
    real(['next', '0 2 * * *', '--tz', 'UTC', '-n', '1', '--json']),
    real(['next', 'nonsense']),
    real(['task', 'list', '--url', 'http://127.0.0.1:1']),
  ])
  expect(good).toMatchObject({ code: 0, err: '' })
  expect(wrong.code).toBe(2)
  expect(unreachable.code).toBe(7)
})

test('a reader that goes away ends it quietly', async () => {
  const { err } = await real([], { shell: `"$0" "$1" next '* * * * * *' -n 1000 --tz UTC | head -1` })
  expect(err).toBe('')
})

test('a Node without type stripping is told in one line', async () => {
  const { code, err } = await real([], { shell: '"$0" --no-strip-types "$1" --version' })
  expect(code).toBe(1)
  expect(err).toMatch(/^rota: Node .* needs Node 24 or newer.*\n$/)
})
