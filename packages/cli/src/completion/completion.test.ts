import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeApi } from '../testing/fake-api.ts'
import { run } from '../testing/run.ts'
import { GLOBAL_OPTIONS, ROOT } from '../tree/root.ts'
import { bashCompletion } from './bash.ts'
import { fishCompletion } from './fish.ts'
import { places } from './places.ts'
import { zshCompletion } from './zsh.ts'

const PLACES = places(ROOT, GLOBAL_OPTIONS)

/** A command that knows some names and writes down what it was asked. */
const STUB = `#!/bin/sh
echo "$*" >> "$(dirname "$0")/asked"
[ "$3" = executions ] && exec echo 5d81a3c0
printf '%s\\n' 'nightly backup' 'db:copy' 数据备份 | grep "^$5"
exit 0
`

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rota-completion-'))
  await writeFile(join(folder, 'rota'), STUB)
  await chmod(join(folder, 'rota'), 0o755)
})

afterAll(() => rm(folder, { recursive: true }))

function shell(program: string, args: readonly string[]): Promise<string[]> {
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, HOME: folder, LC_ALL: 'C.UTF-8' }
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: folder, env }, (error, out, err) =>
      error || err ? reject(error ?? new Error(err)) : resolve(out.split('\n').filter(Boolean)),
    )
  })
}

/** What each shell offers behind a line; the words are given as the shell itself would cut them. */
const SHELLS: Record<string, (line: string, words: readonly string[]) => Promise<string[]>> = {
  bash: (line, words) =>
    shell('bash', [
      '-c',
      `${bashCompletion(PLACES)}
COMP_LINE=$1; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rota
for each in "\${COMPREPLY[@]}"; do echo "$each"; done`,
      'bash',
      line,
      ...words.flatMap((word) => word.split(/(?=:)|(?<=:)/)),
    ]),
  zsh: async (_, words) => {
    // From a file: it is longer than Linux lets an argument be.
    const script = join(folder, 'rota.zsh')
    await writeFile(
      script,
      `compdef() { }
compadd() { if [[ $1 == -a ]]; then print -l -- "\${(P@)2}"; else print -l -- "\${@:2}"; fi }
_describe() { print -l -- "\${(P@)@[-1]%%:*}" | grep "^$PREFIX" }
_message() { }
_files() { print files }
${zshCompletion(PLACES)}
words=("$@"); CURRENT=$#; PREFIX=\${words[-1]}; _rota`,
    )
    return shell('zsh', ['-f', script, ...words])
  },
  fish: async (line) => {
    // From a file: it is longer than Linux lets an argument be.
    const script = join(folder, 'rota.fish')
    await writeFile(script, `${fishCompletion(PLACES)}\ncomplete -C $argv[1]`)
    const found = await shell('fish', ['--no-config', script, line])
    return found.map((each) => each.split('\t')[0]!)
  },
}
const INSTALLED = Object.keys(SHELLS).filter((name) =>
  ['/bin', '/usr/bin', '/usr/local/bin'].some((place) => existsSync(join(place, name))),
)

test.each(INSTALLED)('%s completes commands, options, values, and names that the server has', async (name) => {
  const complete = (line: string, words = line.split(' ')) => SHELLS[name]!(line, words)
  expect(await complete('rota task sho')).toEqual(['show'])
  expect(await complete('rota task list --stat')).toContain('--status')
  expect(await complete('rota execution list --sort dur')).toContain('duration')
  const values = await complete('rota task create --overlap ')
  expect(values.toSorted()).toEqual(['allow', 'queue', 'replace', 'skip'])
  expect(await complete('rota task show ni')).toEqual(['nightly backup'])
  expect(await complete('rota task show 数')).toEqual(['数据备份'])
  expect(await complete('rota upcoming --task ni')).toEqual(['nightly backup'])
  expect(await complete('rota execution cancel ')).toEqual(['5d81a3c0'])
  expect(await complete('rota logs ')).toEqual(expect.arrayContaining(['5d81a3c0', 'nightly backup', '数据备份']))
})

test.each(INSTALLED)('%s completes a name with a colon, and asks the server that the line names', async (name) => {
  const asked = join(folder, 'asked')
  await rm(asked, { force: true })
  const line = 'rota --url http://127.0.0.1:7071 task run db:co'
  expect(await SHELLS[name]!(line, line.split(' '))).toEqual([name === 'bash' ? 'copy' : 'db:copy'])
  const calls = await readFile(asked, 'utf8')
  expect(calls).toContain('completion --names tasks --begin db:co --url http://127.0.0.1:7071\n')
})

test('names are those that begin so, one on each line; deleted tasks only where they are brought back', async () => {
  const api = new FakeApi()
  for (const name of ['backup', 'backup db', 'old backup']) api.addTask({ name })
  api.addTask({ name: 'backup gone', status: 'deleted' })
  const { id } = api.addExecution({})
  const names = async (...args: string[]) => (await run(['completion', '--names', ...args], api)).out
  expect(await names('tasks', '--begin', 'ba')).toBe('backup\nbackup db\n')
  expect(await names('deleted-tasks')).toBe('backup gone\n')
  expect(await names('executions')).toBe(`${id.slice(-8)}\n`)
  expect(PLACES.find(({ words }) => words === 'rota task restore')?.argumentNames).toEqual(['deleted-tasks'])
})

test('while the server is away no names are offered, and nothing is said', async () => {
  expect(await run(['completion', '--names', 'tasks'])).toEqual({ code: 0, out: '', err: '' })
})

test('a script is printed for each shell, and others are told', async () => {
  for (const name of ['bash', 'zsh', 'fish']) {
    expect((await run(['completion', name])).out).toContain(`# ${name} completion for rota`)
  }
  expect(await run(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('bash, zsh and fish'),
  })
})
