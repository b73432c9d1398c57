import { expect, test } from 'vitest'
import { FakeApi, problem } from '../testing/fake-api.ts'
import { run } from '../testing/run.ts'

test('flags become a task document', async () => {
  const api = new FakeApi()
  const flags = ['--shell', 'backup.sh', '--weekly', 'mon,fri', '--at', '09:30,18:00', '--tz', 'Asia/Shanghai']
  const more = [
    '--timeout',
    '1h30m',
    '--retry',
    '2',
    '--retry-delay',
    '1m',
    '--tag',
    'a',
    '--tag',
    'b',
    '--env',
    'A=b=c',
  ]
  const { code } = await run(['task', 'create', 'backup', ...flags, ...more, '--set', 'misfire.policy=skip'], api)
  expect(code).toBe(0)
  expect(api.bodies[0]).toEqual({
    name: 'backup',
    type: 'shell',
    command: 'backup.sh',
    schedule: { type: 'weekly', days: ['mon', 'fri'], times: ['09:30', '18:00'] },
    schedules: [],
    timezone: 'Asia/Shanghai',
    timeout_seconds: 5_400,
    retry: { max_attempts: 3, delay_seconds: 60 },
    tags: ['a', 'b'],
    env: { A: 'b=c' },
    misfire: { policy: 'skip' },
  })
})

test('several --cron make several schedules', async () => {
  const api = new FakeApi()
  await run(['task', 'create', 'a', '--shell', 'x', '--cron', '0 1 * * *', '--cron', '0 2 * * *'], api)
  expect(api.bodies[0]).toMatchObject({ schedule: '0 1 * * *', schedules: [{ schedule: '0 2 * * *' }] })
})

test('a file from stdin may hold several tasks, and mistakes of one do not stop the others', async () => {
  const api = new FakeApi()
  const stdin = 'tasks:\n- {name: one, type: shell, command: x}\n- {name: two, type: shell, command: ""}\n'
  const { code, out, err } = await run(['task', 'create', '-f', '-'], { fetch: api.fetch, stdin })
  expect(code).toBe(3)
  expect(out).toMatch(/one made/)
  expect(out).toMatch(/1 made, 1 refused/)
  expect(err).toMatch(/stdin, task 2 \(two\):\n.*command: must not be empty/)
})

test('field errors of the server are listed by field', async () => {
  const api = new FakeApi()
  const errors = [
    { path: 'name', message: 'is required.' },
    { path: 'schedule.expression', message: 'has 4 fields.', position: 3, suggestion: '* * * * *' },
  ]
  api.overrides.set('POST /api/scheduler/tasks', () => problem(422, 'invalid', 'x', errors))
  const { code, err } = await run(['task', 'create', 'a', '--shell', 'x'], api)
  expect(code).toBe(2)
  expect(err).toContain(
    '  name: is required.\n  schedule.expression (position 4): has 4 fields. Did you mean * * * * *?\n',
  )
})

test('with --json an error is one JSON document on stderr', async () => {
  const api = new FakeApi()
  const { code, out, err } = await run(['task', 'show', 'nothing', '--json'], api)
  expect(code).toBe(4)
  expect(out).toBe('')
  expect(JSON.parse(err).error).toMatchObject({ code: 'notFound', exit_code: 4 })
})

test.each([
  [401, 5],
  [403, 5],
  [404, 4],
  [409, 6],
  [412, 6],
  [413, 2],
  [422, 2],
  [500, 1],
  [503, 7],
])('status %i ends with exit code %i', async (status, code) => {
  const api = new FakeApi()
  api.overrides.set('POST /api/scheduler/tasks', () => problem(status, 'x', 'No.'))
  expect((await run(['task', 'create', 'a', '--shell', 'x'], api)).code).toBe(code)
})

test('a server that does not answer is told with what to do, and has its own exit code', async () => {
  const { code, err } = await run(['task', 'list'])
  expect(code).toBe(7)
  expect(err).toMatch(/No Rota server answers at http:\/\/rota\.test \(nothing listens there\)\.\n {2}Start one/)
})

test('a task is found by the beginning of its name when only one fits', async () => {
  const api = new FakeApi()
  api.addTask({ name: 'backup-db' })
  api.addTask({ name: 'report' })
  expect((await run(['task', 'disable', 'back'], api)).out).toMatch(/backup-db disabled/)
})

test('a whole name goes before longer ones that begin with it', async () => {
  const api = new FakeApi()
  api.addTask({ name: 'backup' })
  api.addTask({ name: 'backup-db' })
  expect((await run(['task', 'pause', 'backup'], api)).out).toMatch(/✔ backup paused/)
})

test('a beginning that fits several names lists them and changes nothing', async () => {
  const api = new FakeApi()
  api.addTask({ name: 'backup db' })
  api.addTask({ name: 'backup-files' })
  const { code, err } = await run(['task', 'delete', 'backup', '--yes'], api)
  expect(code).toBe(2)
  expect(err).toMatch(/fits several/)
  expect(err).toContain("'backup db', backup-files")
  expect(api.seen).toEqual(['GET /api/scheduler/tasks'])
})

test('deleting asks; where nobody can be asked it wants --yes', async () => {
  const api = new FakeApi()
  const task = api.addTask({ name: 'a' })
  const { code, err } = await run(['task', 'delete', 'a'], api)
  expect(code).toBe(2)
  expect(err).toMatch(/--yes/)
  expect(task.status).toBe('active')
})

test('a change says which version it was made from, and members of an object stay', async () => {
  const api = new FakeApi()
  const task = api.addTask({ name: 'a', version: 7, retry: { max_attempts: 3, delay_seconds: 5 } })
  const { code } = await run(['task', 'edit', 'a', '--set', 'retry.delay_seconds=9', '--priority', '4'], api)
  expect(code).toBe(0)
  expect(task).toMatchObject({ priority: 4, retry: { max_attempts: 3, delay_seconds: 9 }, version: 8 })
})

test('a change of a task that somebody else changed meanwhile is refused', async () => {
  const api = new FakeApi()
  api.addTask({ name: 'a', version: 7 })
  const { code, err } = await run(['task', 'edit', 'a', '--priority', '4', '--if-version', '6'], api)
  expect(code).toBe(6)
  expect(err).toMatch(/version 7, not 6/)
})

test('no key of --set reaches a prototype', async () => {
  const { code, err } = await run(['task', 'create', 'a', '--shell', 'x', '--set', '__proto__.x=1'], new FakeApi())
  expect(code).toBe(2)
  expect(err).toMatch(/__proto__ cannot be a name/)
})

test.each([
  [['--every', 'often'], /--every wants a duration/],
  [['--daily', '02:00', '--every', '5m'], /--every and --daily cannot go together/],
  [['--at', '02:00'], /--at goes with --weekly or --monthly/],
  [['--backoff', 'fixed'], /go with --retry/],
  [['--header', 'a: b'], /go with --http/],
  [['--env', 'novalue'], /--env wants name=value/],
  [['--priority', 'high'], /--priority wants a whole number/],
  [['--python', 'x.py'], /Give only one of --shell, --python/],
])('%j is refused before anything is sent', async (flags, message) => {
  const api = new FakeApi()
  const { code, err } = await run(['task', 'create', 'a', '--shell', 'x', ...flags], api)
  expect(code).toBe(2)
  expect(err).toMatch(message)
  expect(api.seen).toEqual([])
})

test('run --follow shows stdout on stdout, stderr on stderr, and ends with 0 on success', async () => {
  const api = new FakeApi()
  api.addTask({ name: 'a' })
  const { code, out, err } = await run(['task', 'run', 'a', '--follow'], api)
  expect(code).toBe(0)
  expect(out).toBe('hello\n')
  expect(err).toMatch(/^!careful\n✔ success after 1 s\n$/)
})

test.each([
  [{ status: 'failed', failure: 'exit_code', exit_code: 42 }, 42],
  [{ status: 'failed', failure: 'timeout', exit_code: null }, 8],
  [{ status: 'cancelled', exit_code: null }, 8],
] as const)('waiting mirrors the execution %j', async (fields, expected) => {
  const api = new FakeApi()
  const execution = api.addExecution(fields)
  api.overrides.set(`POST /api/scheduler/executions/${execution.id}/rerun`, () =>
    Response.json({ execution_id: execution.id, status: 'pending', task_id: null }),
  )
  expect((await run(['execution', 'rerun', execution.id, '--wait'], api)).code).toBe(expected)
})

test('a task is shown with what holds, and what of it is the default of the server', async () => {
  const api = new FakeApi()
  const effective = { timeout_seconds: 60, retry: { max_attempts: 3, delay_seconds: 9 }, max_concurrent: 4 }
  api.addTask({ name: 'a', effective, timeout_seconds: null, retry: null, concurrency: { max: null, overlap: 'skip' } })
  api.addTask({ name: 'b', effective, timeout_seconds: 60, retry: effective.retry, concurrency: { max: 4 } })
  const shown = async (name: string) => (await run(['task', 'show', name], api)).out
  expect(await shown('a')).toMatch(
    /timeout +1 min \(default\)[\s\S]*3 attempts, .* \(default\)[\s\S]*at once +4 \(default\)/,
  )
  expect(await shown('b')).toMatch(/timeout +1 min\n[\s\S]*at once +4\n/)
  expect(await shown('b')).not.toContain('(default)')
})

test('an execution is found by the end of its id', async () => {
  const api = new FakeApi()
  const { id } = api.addExecution({ task_name: 'a', output: 'the end' })
  expect((await run(['execution', 'show', id.slice(-8)], api)).out).toContain('the end')
})

test('logs of a task are those of its latest execution', async () => {
  const api = new FakeApi()
  const task = api.addTask({ name: 'a' })
  api.addExecution({ task_id: task.id }, ['one', 'two'])
  expect((await run(['logs', 'a'], api)).out).toBe('one\ntwo\n')
})

test('-n is how many rows of a list and how many lines of a log', async () => {
  const api = new FakeApi()
  const task = api.addTask({ name: 'a' })
  api.addExecution({ task_id: task.id })
  for (const args of [['task', 'list'], ['execution', 'list'], ['task', 'history', 'a'], ['upcoming']]) {
    for (const flag of ['-n', '--limit']) {
      expect((await run([...args, flag, '3'], api)).code, args.join(' ')).toBe(0)
      expect(api.queries.at(-1)?.get('limit'), args.join(' ')).toBe('3')
    }
  }
  for (const flag of ['-n', '--tail', '--limit']) {
    expect((await run(['logs', 'a', flag, '3'], api)).code).toBe(0)
    expect(api.queries.at(-1)?.get('tail')).toBe('3')
  }
  expect((await run(['next', '0 2 * * *', '--tz', 'UTC', '--limit', '2', '--json'], api)).out).toMatch(
    /^\["[^"]+","[^"]+"\]\n$/,
  )
})

test('counts are told with thousands apart, and one thing as one', async () => {
  const api = new FakeApi()
  const task = api.addTask({ name: 'a', run_count: 12_345 })
  api.totals.set('tasks', 1_234)
  expect((await run(['task', 'list'], api)).err).toContain('1 of 1,234 tasks; -n shows more')
  api.totals.clear()
  expect((await run(['task', 'show', 'a'], api)).out).toMatch(/runs +12,345\n/)
  const covers = { count: 1, from: '2026-06-01T11:00:00.000Z', to: '2026-06-01T11:00:00.000Z' }
  const one = api.addExecution({ task_id: task.id, covers })
  expect((await run(['execution', 'show', one.id], api)).out).toContain('1 occurrence, 2026-06-01')
  const many = api.addExecution({ task_id: task.id, covers: { ...covers, count: 2_000 } })
  expect((await run(['execution', 'show', many.id], api)).out).toContain('2,000 occurrences, ')
  const stdin = '- {name: x, type: shell, command: "true"}\n- {name: y, type: shell, command: "true"}\n'
  expect((await run(['task', 'create', '-f', '-'], { fetch: api.fetch, stdin })).out).toContain('2 tasks made.')
})

test('why an execution waits, was skipped or failed is told in words, in a word where there is no room', async () => {
  const api = new FakeApi()
  api.addExecution({ task_name: 'a', status: 'skipped', reason: 'overlap' })
  api.addExecution({ task_name: 'b', status: 'pending', reason: 'key:printer' })
  api.addExecution({ task_name: 'c', status: 'failed', failure: 'timeout', error: 'Timed out after 2 s.' })
  const whole = (await run(['execution', 'list'], api)).out
  expect(whole).toContain('the previous one was still running')
  expect(whole).toContain('waiting for the limit "printer"')
  expect(whole).toMatch(/✖ failed +Timed out after 2 s\./)
  const narrow = (await run(['execution', 'list', '--no-color'], { fetch: api.fetch, outIsTty: true, width: 64 })).out
  expect(narrow).toMatch(/skipped +overlap/)
  expect(narrow).toMatch(/pending +key printer/)
  expect(narrow).toMatch(/failed +timed out/)
})

test('a divider tells one attempt from the next, in what is stored and in what is followed', async () => {
  const api = new FakeApi()
  const task = api.addTask({ name: 'a' })
  const { id } = api.addExecution({ task_id: task.id }, ['one', 'two', 'three'])
  for (const [no, line] of api.logs.get(id)!.entries()) Object.assign(line, { attempt: no + 1 })
  const divided = '── attempt 2, 2026-01-01 00:00:00 UTC ──\n── attempt 3, 2026-01-01 00:00:00 UTC ──\n'
  expect(await run(['logs', id], api)).toMatchObject({ out: 'one\ntwo\nthree\n', err: divided })
  api.overrides.set(`POST /api/scheduler/executions/${id}/rerun`, () =>
    Response.json({ execution_id: id, status: 'pending', task_id: task.id }),
  )
  const followed = await run(['execution', 'rerun', id, '--follow', '--lang', 'zh'], api)
  expect(followed.err).toMatch(/^── 第 2 次尝试，2026-01-01 00:00:00 UTC ──\n── 第 3 次尝试/)
  for (const flag of ['--json', '--quiet']) expect((await run(['logs', id, flag], api)).err).toBe('')
})

test('logs with --json are one line of JSON each', async () => {
  const api = new FakeApi()
  const { id } = api.addExecution({}, ['one', '!two'])
  const { out } = await run(['logs', id, '--json'], api)
  const streams = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).stream)
  expect(streams).toEqual(['stdout', 'stderr'])
})

test('what a task prints cannot command the terminal', async () => {
  const api = new FakeApi()
  const { id } = api.addExecution({}, ['\x1b[31mred\x1b[0m \x1b[2J\x1b]0;title\x07\x1b[1A done\r'])
  const { out } = await run(['logs', id], { fetch: api.fetch, outIsTty: true })
  expect(out).toContain('\x1b[31mred\x1b[0m')
  expect(out).not.toMatch(/\x1b\[2J|\x1b\]|\x1b\[1A|\r/)
})

test('export gives what create reads again', async () => {
  const api = new FakeApi()
  api.addTask({ name: 'a', schedule: '0 2 * * *', schedule_rule: '0 2 * * *', schedules: [], tags: ['x'] })
  const { out } = await run(['task', 'export'], api)
  expect(out).toBe(
    'tasks:\n  - name: a\n    tags:\n      - x\n    type: shell\n    schedule: 0 2 * * *\n    timezone: UTC\n',
  )
})

test.each([
  [['disk full'], { q: 'disk full' }],
  [['--late', '5s', '--sort', '-lateness'], { late: '>5s', sort: '-lateness' }],
  [['--late', '<=1h'], { late: '<=1h' }],
  [
    ['--finished-from', '2026-06-01', '--finished-to', '2026-06-02', '--status', 'failed'],
    { finished_from: '2026-06-01', finished_to: '2026-06-02', status: 'failed' },
  ],
])('executions are listed by what the API can: %j', async (args, query) => {
  const api = new FakeApi()
  const { code } = await run(['execution', 'list', ...args], api)
  expect(code).toBe(0)
  expect(Object.fromEntries(api.queries[0]!)).toEqual({ ...query, limit: '20' })
})

test('an order that a list does not have is refused with those that it has', async () => {
  const api = new FakeApi()
  expect((await run(['execution', 'list', '--sort', 'exit_code'], api)).err).toMatch(/lateness.*duration/)
  expect((await run(['task', 'list', '--sort', '-last_run'], api)).code).toBe(0)
  expect(api.queries[0]!.get('sort')).toBe('-last_run')
})
