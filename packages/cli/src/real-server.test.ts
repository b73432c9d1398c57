import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunResult, run } from './testing/run.ts'

const BIN = join(import.meta.dirname, '..', 'bin', 'rota.js')

let home: string
let data: string
let url: string
let server: ChildProcess

/** Starts the real server and waits for the line that says where it listens. */
async function startServer(): Promise<ChildProcess> {
  const env = { PATH: process.env.PATH, HOME: home, ROTA_ADMIN_PASSWORD: 'correct horse' }
  const child = spawn(process.execPath, [BIN, '--lang', 'zh', 'server', '--data', data, '--port', '0'], {
    cwd: home,
    env,
  })
  let output = ''
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  for await (const chunk of child.stdout) {
    output += chunk
    const found = /运行于 (http:\S+)[\s\S]*按 Ctrl-C 停止服务器/.exec(output)
    if (!found) continue
    url = found[1]!
    child.stdout.resume()
    return child
  }
  throw new Error(`The server did not start:\n${output}`)
}

/** Runs a command as somebody on the server's machine would. */
function rota(...args: string[]): Promise<RunResult> {
  return rotaWith({}, ...args)
}

function rotaWith(given: { stdin?: string; env?: Record<string, string> }, ...args: string[]): Promise<RunResult> {
  const { env, ...rest } = given
  return run(args, { env: { HOME: home, ROTA_DATA_DIR: data, ...env }, cwd: home, fetch, ...rest })
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'rota-cli-'))
  data = join(home, 'data')
  server = await startServer()
}, 60_000)

afterAll(async () => {
  server.kill('SIGTERM')
  if (server.exitCode === null) await once(server, 'exit')
}, 60_000)

test('on the server’s machine who may read the data directory needs no login', async () => {
  const { code, out } = await rota('status')
  expect(code).toBe(0)
  expect(out).toContain(`at ${url}`)
  expect(out).toMatch(/you +admin, admin/)
  expect((await rotaWith({ env: { ROTA_DATA_DIR: '/nonexistent', ROTA_URL: url } }, 'task', 'list')).code).toBe(5)
})

test('a server that was started in Chinese answers each in their own language', async () => {
  expect((await rota('task', 'show', '01900000-0000-7000-8000-000000000000')).err).toMatch(/There is no task/)
  expect((await rota('task', 'show', '01900000-0000-7000-8000-000000000000', '--lang', 'zh')).err).toMatch(/不存在/)
})

test('a task is made, run, watched, changed, deleted and restored', async () => {
  expect((await rota('task', 'create', 'walk', '--shell', 'echo one; echo two >&2; exit 3', '--manual')).code).toBe(0)
  const ran = await rota('task', 'run', 'walk', '--follow')
  expect(ran).toMatchObject({ code: 3, out: 'one\n' })
  expect(ran.err).toMatch(/^two\n✖ failed after .*: exit code 3\n$/)
  expect((await rota('logs', 'walk')).out).toBe('one\n')
  const edited = await rota('task', 'edit', 'walk', '--shell', 'true', '--set', 'retry.max_attempts=2')
  expect(edited.out).toMatch(/version 2/)
  expect((await rota('task', 'run', 'walk', '--wait')).code).toBe(0)
  expect((await rota('task', 'delete', 'walk', '--yes')).code).toBe(0)
  expect((await rota('task', 'show', 'walk')).code).toBe(4)
  expect((await rota('task', 'restore', 'walk')).code).toBe(0)
  expect((await rota('task', 'show', 'walk')).out).toMatch(/walk {2}● active/)
})

test('a task whose name is taken comes back under another, by the command that the refusal tells', async () => {
  for (let i = 0; i < 2; i++) {
    expect((await rota('task', 'create', 'taken', '--shell', 'true', '--daily', '02:00')).code).toBe(0)
    if (i === 0) await rota('task', 'delete', 'taken', '--yes')
  }
  const refused = await rota('task', 'restore', 'taken')
  expect(refused).toMatchObject({ code: 6, out: '' })
  expect(refused.err).toMatch(
    /^rota: The name "taken" is taken: give another.*\n {2}rota task restore taken --name 'taken \(restored\)'\n$/,
  )
  expect((await rota('task', 'restore', 'taken', '--name', 'taken')).code).toBe(6)
  const chinese = await rota('task', 'restore', 'taken', '--lang', 'zh')
  expect(chinese.err).toMatch(/^rota: 名称 "taken" 已被占用/)
  const programs = await rota('task', 'restore', 'taken', '--json')
  expect(JSON.parse(programs.err).error).toMatchObject({
    code: 'conflict',
    errors: [{ path: 'name', suggestion: 'taken (restored)' }],
  })
  const back = await rota('task', 'restore', 'taken', '--name', 'taken (restored)')
  expect(back).toMatchObject({ code: 0, out: expect.stringMatching(/^✔ taken \(restored\) restored, next run /) })
  await rota('task', 'delete', 'taken', 'taken (restored)', '--yes')
  const several = await rota('task', 'restore', 'taken', 'taken (restored)', '--name', 'one')
  expect(several).toMatchObject({ code: 2, err: expect.stringContaining('One name cannot be given to several tasks.') })
})

test('a role goes to a user group for a group of tasks, is explained, listed and taken back', async () => {
  await rota('task', 'create', 'kept', '--shell', 'true', '--manual', '--group', 'vault/night')
  const password = { stdin: 'a long enough password\n' }
  expect((await rotaWith(password, 'user', 'create', 'ada', '--role', 'none', '--password-stdin')).code).toBe(0)
  expect((await rota('role', 'create', 'runner', '--allow', 'task:execute')).out).toBe('✔ runner: task: view execute\n')
  await rota('user-group', 'create', 'keepers')
  expect((await rota('user-group', 'add', 'keepers', 'ada')).out).toBe('keepers\n  ada\n')
  const explain = (...more: string[]) => rota('grant', 'explain', 'execute', '--user', 'ada', '--task', 'kept', ...more)
  expect((await explain()).out).toMatch(
    /^✘ ada may not execute task\.\n {2}ada has no grant .*"vault\/night".*\n {2}These may/,
  )
  expect((await explain('--lang', 'zh')).out).toMatch(/^✘ ada 没有权限/)
  const given = await rota('grant', 'create', 'runner', '--user-group', 'keepers', '--group', 'vault')
  expect(given.out).toBe('✔ keepers: runner, group vault\n')
  expect((await explain()).out).toBe('✔ ada may execute task.\n  runner, group vault (user group keepers)\n')
  const { grants } = JSON.parse((await rota('grant', 'list', '--user-group', 'keepers', '--json')).out)
  expect((await rota('role', 'delete', 'runner', '--yes')).code).toBe(6)
  expect((await rota('grant', 'revoke', grants[0].id)).code).toBe(0)
  expect((await rota('grant', 'list', '--user-group', 'keepers')).err).toContain('No grants.')
  expect((await rota('grant', 'create', 'runner', '--user', 'nobody')).err).toContain('there is no such user')
  const ending = ['grant', 'create', 'runner', '--user', 'ada', '--group', 'vault']
  expect((await rota(...ending, '--until', '2001-01-01')).err).toContain('must be in the future')
  expect((await rota(...ending, '--until', '2099-01-01')).code).toBe(0)
  const [lent] = JSON.parse((await rota('grant', 'list', '--user', 'ada', '--json')).out).grants
  expect(lent).toMatchObject({ expires_at: expect.stringMatching(/^20(98|99)-/), expired: false })
  expect((await rota('grant', 'prolong', lent.id)).out).toContain('no end')
  expect((await rota('grant', 'revoke', lent.id)).code).toBe(0)
  const token = JSON.parse((await rota('token', 'create', 'narrow', '--json')).out)
  expect((await rota('grant', 'create', 'viewer', '--token', token.id, '--group', 'vault')).code).toBe(0)
  const refused = await rotaWith({ env: { ROTA_URL: url, ROTA_TOKEN: token.token } }, 'grant', 'list')
  expect([refused.code, refused.err]).toEqual([
    expect.any(Number),
    expect.stringMatching(/"manage".*\n {2}An administrator/),
  ])
  expect((await rota('role', 'create', 'x', '--allow', 'task')).code).toBe(2)
  expect((await rota('user-group', 'remove', 'keepers', 'nobody')).code).toBe(4)
  expect((await rota('user-group', 'delete', 'keepers', '--yes')).code).toBe(0)
  expect((await rota('role', 'delete', 'runner', '--yes')).code).toBe(0)
})

test('what one command shows another can take: list, history, show, explain, ledger, stats, upcoming', async () => {
  await rota('task', 'create', 'seen', '--shell', 'echo seen', '--daily', '02:00')
  await rota('task', 'run', 'seen', '--wait')
  const history = JSON.parse((await rota('task', 'history', 'seen', '--json')).out)
  const id: string = history.executions[0].id
  for (const args of [
    ['execution', 'show', id.slice(-12)],
    ['execution', 'explain', id],
    ['execution', 'explain', 'seen'],
    ['task', 'explain', 'seen'],
    ['logs', id.slice(-8), '-n', '1'],
    ['execution', 'list', '--task', 'seen', '--status', 'success'],
    ['execution', 'list', 'seen', '--sort', '-duration', '--from', '2026-01-01', '--finished-from', '2026-01-01'],
    ['task', 'list', 'seen', '--wide'],
    ['ledger', 'seen'],
    ['stats'],
    ['stats', 'seen'],
    ['upcoming', '--within', '2d'],
    ['config', 'show'],
    ['token', 'list'],
    ['user', 'list'],
  ]) {
    const { code, err } = await rota(...args)
    expect({ args, code, err: code === 0 ? '' : err }).toEqual({ args, code: 0, err: '' })
  }
  expect((await rota('completion', '--names', 'tasks', '--begin', 'se')).out).toBe('seen\n')
  expect((await rota('completion', '--names', 'executions')).out).toContain(`${id.slice(-8)}\n`)
})

test('--all walks over all pages, one line of JSON each', async () => {
  const stdin = Array.from({ length: 7 }, (_, at) => `- {name: many ${at}, type: shell, command: 'true'}`).join('\n')
  await rotaWith({ stdin }, 'task', 'create', '-f', '-', '--group', 'many')
  const { out } = await rota('task', 'list', '--group', 'many', '--all', '--json')
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).name),
  ).toHaveLength(7)
})

test('an exported task is made again from its own text, and is the same', async () => {
  await rota(
    'task',
    'create',
    'twin',
    '--python',
    await file('x.py', 'print(1)\n'),
    '--cron',
    '0 1 * * *',
    '--retry',
    '3',
  )
  const first = (await rota('task', 'export', 'twin')).out
  await rota('task', 'delete', 'twin', '--yes')
  expect((await rotaWith({ stdin: first }, 'task', 'create', '-f', '-')).code).toBe(0)
  expect((await rota('task', 'export', 'twin')).out).toBe(first)
})

test('every wrong field is named, whatever part of the server finds it', async () => {
  const cases: [string[], RegExp][] = [
    [['--cron', '61 * * * *'], /schedule.*"61" is out of range/],
    [['--every', '5m', '--tz', 'Mars/Base'], /timezone.*Mars\/Base/],
    [['--timeout', '0'], /timeout_seconds/],
    [['--set', 'retri.max_attempts=1'], /retri/],
    [['--set', 'name='], /name/],
  ]
  for (const [flags, message] of cases) {
    const { code, err } = await rota('task', 'create', 'wrong', '--shell', 'true', ...flags)
    expect(code, err).toBe(2)
    expect(err).toMatch(message)
  }
})

test('a taken name and a stale version are conflicts', async () => {
  await rota('task', 'create', 'taken', '--shell', 'true', '--manual')
  expect((await rota('task', 'create', 'taken', '--shell', 'true', '--manual')).code).toBe(6)
  await rota('task', 'edit', 'taken', '--priority', '1')
  expect((await rota('task', 'delete', 'taken', '--yes', '--if-version', '1')).code).toBe(6)
})

test('an imported crontab really runs', async () => {
  const stdin = `ANSWER=42\n* * * * * cat; echo "answer $ANSWER"%from stdin%\n`
  const { code } = await rotaWith({ stdin }, 'import', 'crontab', '-', '--prefix', 'cron-')
  expect(code).toBe(0)
  const [task] = JSON.parse((await rota('task', 'list', 'cron-', '--json')).out).tasks
  const ran = await rota('task', 'run', task.name, '--follow')
  expect(ran.code, ran.err).toBe(0)
  expect(ran.out).toBe('from stdin\nanswer 42\n')
})

test('login, use from elsewhere, and logout', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'rota-else-'))
  const there = { env: { HOME: elsewhere, ROTA_DATA_DIR: '' }, stdin: 'correct horse' }
  expect((await rotaWith(there, 'login', url, '--password-stdin')).code).toBe(0)
  expect((await rotaWith(there, 'status')).out).toMatch(/admin, admin \(login of admin\)/)
  expect((await rotaWith(there, 'logout')).err).toBe('')
  const tokens = JSON.parse((await rota('token', 'list', '--json')).out).tokens
  const revoked = tokens.filter((token: { revoked_at: string | null }) => token.revoked_at !== null)
  expect(revoked.map(({ name }: { name: string }) => name)).toEqual([expect.stringMatching(/^rota login of /)])
  expect((await rotaWith({ ...there, stdin: 'wrong' }, 'login', url, '--password-stdin')).code).toBe(5)
})

test('a token may do what its role may, and no more', async () => {
  const made = JSON.parse((await rota('token', 'create', 'watcher', '--role', 'viewer', '--json')).out)
  const viewer = { env: { ROTA_URL: url, ROTA_TOKEN: made.token as string } }
  expect((await rotaWith(viewer, 'task', 'list')).code).toBe(0)
  expect((await rotaWith(viewer, 'task', 'create', 'x', '--shell', 'true')).code).toBe(5)
  expect((await rota('token', 'revoke', 'watcher')).code).toBe(0)
})

test('users are added, changed and deleted', async () => {
  const { out } = await rota('user', 'create', 'bob', '--role', 'viewer')
  expect(out).toMatch(/One-time password: \S{20}/)
  expect((await rota('user', 'set', 'bob', '--role', 'operator')).out).toMatch(/bob: operator/)
  expect((await rota('user', 'delete', 'bob', '--yes')).code).toBe(0)
  expect((await rota('user', 'set', 'bob', '--enable')).code).toBe(4)
})

test('a tenant is made, filled, looked at alone, disabled and deleted once it has nothing', async () => {
  expect((await rota('tenant', 'create', 'acme', '--name', 'Acme')).out).toBe('✔ acme\n')
  expect((await rota('tenant', 'create', 'acme')).code).toBe(6)
  const password = { stdin: 'a long enough password\n' }
  const eve = ['user', 'create', 'eve', '--role', 'admin', '--password-stdin']
  expect((await rotaWith(password, ...eve, '--tenant', 'acme')).code).toBe(0)
  expect((await rotaWith(password, ...eve)).code).toBe(0)
  const task = ['task', 'create', 'same', '--shell', 'true', '--manual']
  expect((await rotaWith({ env: { ROTA_TENANT: 'acme' } }, ...task)).code).toBe(0)
  expect((await rota(...task)).code).toBe(0)
  await rota('tenant', 'create', 'blue')
  for (const tenant of ['acme', 'blue']) {
    expect((await rota('task', 'create', 'shared', '--shell', 'true', '--manual', '--tenant', tenant)).code).toBe(0)
  }
  const several = await rota('task', 'run', 'shared')
  expect([several.code, several.err]).toEqual([2, expect.stringMatching(/of (acme, blue|blue, acme): choose one by/)])
  expect((await rota('task', 'list', 'same')).out).toMatch(/TENANT/)
  const { total } = JSON.parse((await rota('task', 'list', '--tenant', 'acme', '--json')).out)
  expect(total).toBe(2)
  expect((await rota('tenant', 'list')).out).toMatch(/acme +Acme/)
  expect((await rota('tenant', 'delete', 'acme', '--yes')).err).toContain('still has 2 tasks')
  expect((await rota('tenant', 'change', 'acme', '--disable', '--name', 'Acme 2')).out).toBe('✔ acme changed\n')
  expect((await rota('tenant', 'list')).out).toMatch(/acme +Acme 2 +disabled/)
  expect((await rota('tenant', 'change', 'acme')).code).toBe(2)
  expect((await rota('task', 'delete', 'same', '--yes', '--tenant', 'acme')).code).toBe(0)
  expect((await rota('task', 'list', '--tenant', 'nobody')).err).toContain('there is no such tenant')
  const [own] = JSON.parse((await rota('user', 'list', '--tenant', 'acme', '--json')).out).users
  expect(own.username).toBe('eve')
  expect((await rota('user', 'delete', 'acme/eve', '--yes')).code).toBe(0)
  expect((await rota('user', 'delete', 'eve', '--yes')).code).toBe(0)
})

test('a backup is made while the server works; restoring needs the directory for itself', async () => {
  const folder = join(home, 'backup')
  expect((await rota('backup', folder)).code).toBe(0)
  expect((await rota('backup', folder)).code).toBe(6)
  const taken = await rota('restore', folder, '--force')
  expect(taken.code).toBe(6)
  expect(taken.err).toMatch(/in use by process/)
  const fresh = join(home, 'fresh')
  expect((await rota('restore', folder, '--data', fresh)).code).toBe(0)
  expect(existsSync(join(fresh, 'state.db'))).toBe(true)
  expect((await rota('restore', folder, '--data', fresh)).code).toBe(6)
})

test('a configuration file is checked with line and column', async () => {
  const good = await file('good.yaml', 'port: 7071\n')
  const bad = await file('bad.yaml', 'host: 127.0.0.1\nprot: 7071\n')
  expect((await rota('config', 'check', good)).code).toBe(0)
  const { code, err } = await rota('config', 'check', bad)
  expect(code).toBe(2)
  expect(err).toMatch(/bad\.yaml:2:1: prot: .*port/)
})

test('a second server on the same data directory says who has it', async () => {
  const child = spawn(process.execPath, [BIN, '--lang', 'zh', 'server', '--data', data, '--port', '0'], { cwd: home })
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(child, 'close')
  expect(code).toBe(75)
  expect(err).toMatch(/正被 .* 上的进程 \d+.*使用/)
})

test('Ctrl-C while following leaves the execution alone and says so', async () => {
  await rota('task', 'create', 'long', '--shell', 'echo begun; sleep 30', '--manual')
  const env = { PATH: process.env.PATH, HOME: home, ROTA_DATA_DIR: data }
  const child = spawn(process.execPath, [BIN, 'task', 'run', 'long', '--follow'], { cwd: home, env })
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  expect(code).toBe(130)
  expect(err).toMatch(/goes on without you/)
  expect((await rota('task', 'stop', 'long')).out).toMatch(/1 execution cancelled/)
})

async function file(name: string, text: string): Promise<string> {
  const path = join(home, name)
  await writeFile(path, text)
  await chmod(path, 0o600)
  return path
}

test('a node is added by a token, listed, drained and removed, and a pool made for it', async () => {
  const added = await rota('node', 'add', '--pool', 'build', '--label', 'zone=a')
  const [, token] = /^rota agent --server \S+ --token (rota_join_\S+)$/m.exec(added.out)!
  const joined = await fetch(`${url}/api/scheduler/nodes/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, node: { id: 'n1', capacity: 2 } }),
  })
  const { key } = (await joined.json()) as { key: string }
  await fetch(`${url}/api/scheduler/nodes/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ id: 'n1', capacity: 2 }),
  })
  expect((await rota('node', 'list')).out).toMatch(/n1 +ready +0\/2/)
  expect((await rota('node', 'drain', 'n1', '--reason', 'new disks')).code).toBe(0)
  expect((await rota('node', 'show', 'n1')).out).toContain('new disks')
  expect((await rota('node', 'undrain', 'n1')).code).toBe(0)
  expect((await rota('pool', 'create', 'zone-a', '--selector', 'zone=a')).code).toBe(0)
  expect(JSON.parse((await rota('pool', 'show', 'zone-a', '--json')).out)).toMatchObject({ origin: 'selector' })
  expect((await rota('pool', 'list')).out).toMatch(/zone-a +selector/)
  expect((await rota('pool', 'delete', 'zone-a', '--yes')).code).toBe(0)
  const { events } = JSON.parse((await rota('node', 'events', 'n1', '--json')).out)
  expect(events.map(({ to }: { to: string }) => to)).toEqual(['ready', 'draining', 'ready'])
  expect((await rota('node', 'remove', 'n1', '--yes')).code).toBe(0)
  expect((await rota('node', 'show', 'n1')).code).not.toBe(0)
})
