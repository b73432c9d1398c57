import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AttemptLimits, Json } from '@rota/core'
import { afterAll, describe, expect, test } from 'vitest'
import type { RunOutcome, RunRequest } from './executor.ts'
import { createExecutors } from './executors.ts'
import type { ExecutorOptions } from './options.ts'
import { attempt, RecordingSink } from './testing/attempt.ts'
import { isAlive, livingWith } from './testing/living.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-test-'))
afterAll(() => rmSync(tempDir, { recursive: true, force: true }))

/** Somebody else where we may become that, else ourselves; the way is the same. */
const user = process.getuid!() === 0 ? { uid: 64_321, gid: 64_321 } : { uid: process.getuid!(), gid: process.getgid!() }

let markCount = 0
function setUp(options: ExecutorOptions = {}) {
  const instanceMark = `shelltest-${process.pid}-${Date.now()}-${++markCount}`
  const shell = createExecutors({ tempDir, instanceMark, ...options }).get('shell')!
  const sink = new RecordingSink()
  const start = (command: string, more: Partial<RunRequest> = {}) => shell.start(attempt({ command }, more), sink)
  const run = (command: string, more: Partial<RunRequest> = {}): Promise<RunOutcome> => start(command, more).done
  return { shell, sink, start, run, leftovers: () => livingWith(`ROTA_INSTANCE_MARK=${instanceMark}`) }
}

describe.each(['auto', 'group'] as const)('a shell task held together by containment %s', (containment) => {
  test.each([
    ['true', { status: 'success', failure: null, exitCode: 0, signal: null, error: null }],
    ['exit 3', { status: 'failed', failure: 'exit_code', exitCode: 3, signal: null, error: 'Exit code 3.' }],
    ['no-such-command', { exitCode: 127, error: expect.stringContaining('not found') }],
    ['/etc/passwd', { exitCode: 126, error: expect.stringContaining('permissions') }],
    ['kill -KILL $$', { failure: 'exit_code', exitCode: null, signal: 'SIGKILL' }],
    ['kill -TERM $$', { failure: 'exit_code', exitCode: null, signal: 'SIGTERM' }],
    ["sh -c 'kill -SEGV $$'; exit $?", { exitCode: 139, error: expect.stringContaining('SIGSEGV') }],
    ['exit 255', { exitCode: 255 }],
  ])('records how %j ended', async (command, expected) => {
    expect(await setUp({ containment }).run(command)).toMatchObject(expected)
  })

  test('nothing survives a cancel: ignored SIGTERM, own sessions, double forks, held output', async () => {
    const { start, sink, leftovers } = setUp({ containment })
    const run = start(`
      trap '' TERM
      (trap '' TERM; setsid sleep 600) &
      setsid sh -c 'trap "" TERM; (setsid sleep 600 &) ; sleep 600' &
      sh -c 'sleep 600 & sleep 600 & (sleep 600 &)'
      echo ready; while :; do sleep 600; done`)
    await sink.seen(/ready/)
    expect(leftovers().length).toBeGreaterThan(3)
    run.cancel('Stopped by a person.')
    expect(await run.done).toMatchObject({ status: 'cancelled', failure: null, error: 'Stopped by a person.' })
    expect(leftovers()).toEqual([])
  })

  test('nothing survives a timeout, and the failure says so', async () => {
    const { run, leftovers } = setUp({ containment })
    const outcome = await run("trap '' TERM; (setsid sleep 600 &); sleep 600 & sleep 600; sleep 600", {
      timeoutMs: 300,
    })
    expect(outcome).toMatchObject({ status: 'failed', failure: 'timeout', error: 'Timed out after 0.3 s.' })
    expect(leftovers()).toEqual([])
  })

  test('a program that holds stdout beyond its parent is ended after the grace; the exit code stands', async () => {
    const { run, sink, leftovers } = setUp({ containment })
    expect(await run('sleep 600 & exit 7')).toMatchObject({ status: 'failed', failure: 'exit_code', exitCode: 7 })
    expect(sink.texts('system')).toEqual([expect.stringContaining('left processes running')])
    expect(leftovers()).toEqual([])
  })

  test('background work that ends within the grace is waited for', async () => {
    const { run, sink } = setUp({ containment })
    const outcome = await run('(sleep 0.1; echo late) & echo early', { killGraceMs: 10_000 })
    expect(outcome).toMatchObject({ status: 'success', outputTail: 'early\nlate\n' })
    expect(sink.texts('system')).toEqual([])
  })

  test('a program may clean up on SIGTERM', async () => {
    const { start, sink } = setUp({ containment })
    const run = start("trap 'echo bye >&2; exit 0' TERM; echo ready; while :; do sleep 0.02; done", {
      killGraceMs: 10_000,
    })
    await sink.seen(/ready/)
    run.cancel('Enough.')
    run.cancel('Enough, again.')
    expect(await run.done).toMatchObject({ status: 'cancelled', exitCode: 0 })
    expect(sink.texts('stderr').filter((text) => text === 'bye')).toHaveLength(1)
    run.cancel('After the end this does nothing.')
  })

  test('a stopped program counts as running until its timeout', async () => {
    const { run, leftovers } = setUp({ containment })
    expect(await run('kill -STOP $$', { timeoutMs: 200 })).toMatchObject({ failure: 'timeout' })
    expect(leftovers()).toEqual([])
  })

  test('many attempts at once keep their output apart', async () => {
    const { shell } = setUp({ containment })
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const request = attempt({ command: 'echo "$1"; (echo "$1")' }, { params: { args: [index], kwargs: {} } })
        return shell.start(request, new RecordingSink()).done
      }),
    )
    expect(outcomes.map(({ outputTail }) => outputTail)).toEqual(
      Array.from({ length: 20 }, (_, index) => `${index}\n${index}\n`),
    )
  })
})

describe('a shell task in a cgroup', () => {
  test('cannot leave by clearing its environment and changing its session', async () => {
    const { start, sink, run } = setUp()
    const probe = await run('cat /proc/self/cgroup')
    // Without a writable cgroup v2 such a process cannot be found; the documentation says so.
    if (!/0::\/.*rota-/.test(probe.outputTail)) return
    const running = start("(env -i setsid sh -c 'echo pid $$; exec sleep 600' &); sleep 600")
    const pid = Number((await sink.seen(/^pid /)).slice(4))
    expect(isAlive(pid)).toBe(true)
    running.cancel('Stop.')
    await running.done
    expect(isAlive(pid)).toBe(false)
  })

  test('tells the CPU time and the peak memory of the whole tree', async () => {
    const { run } = setUp()
    const busy = 'i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done'
    const outcome = await run(`${busy} & ${busy}; wait; sleep 0.1`)
    expect(outcome.cpuSeconds).toBeGreaterThan(0.05)
    expect(outcome.maxRssBytes).toBeGreaterThan(500_000)
  })
})

describe('what a shell task receives', () => {
  test('an environment built from nothing: no variable of the server is in it', async () => {
    process.env.ROTA_TEST_CANARY = 'canary-value'
    const { run } = setUp()
    const { outputTail } = await run('env | sed "s/=.*//" | sort; env | grep -c canary', { env: { MINE: '1' } })
    delete process.env.ROTA_TEST_CANARY
    const names = outputTail.split('\n').filter((name) => !['_', 'PWD', 'SHLVL', 'OLDPWD'].includes(name))
    expect(names).toEqual([
      'HOME',
      'LANG',
      'LOGNAME',
      'MINE',
      'PATH',
      'PYTHONUNBUFFERED',
      'ROTA_ARGS',
      'ROTA_ATTEMPT',
      'ROTA_EXECUTION_ID',
      'ROTA_FENCE',
      'ROTA_INSTANCE_MARK',
      'ROTA_KWARGS',
      'ROTA_RUN_MARK',
      'ROTA_SCHEDULED_AT',
      'ROTA_TASK_ID',
      'ROTA_TASK_NAME',
      'SHELL',
      'USER',
      '0',
      '',
    ])
  })

  test('what the execution is, in variables', async () => {
    const { run } = setUp()
    const { outputTail } = await run(
      'echo "$ROTA_TASK_NAME|$ROTA_ATTEMPT|$ROTA_SCHEDULED_AT|$ROTA_KWARGS|$ROTA_ARGS"',
      {
        attempt: 2,
        params: { args: [1, 'two'], kwargs: { detailed: true } },
      },
    )
    expect(outputTail).toBe('nightly|2|2026-01-02T03:04:05.000Z|{"detailed":true}|[1,"two"]\n')
  })

  test('arguments as they are: nothing in them is run', async () => {
    const args: Json[] = ['$(id)', '; id', '`id`', '-n', "'", '"', { a: [1] }]
    const { outputTail } = await setUp().run('printf "%s\\n" "$@"', { params: { args, kwargs: {} } })
    expect(outputTail).toBe('$(id)\n; id\n`id`\n-n\n\'\n"\n{"a":[1]}\n')
  })

  test('a task can override PATH and HOME but not what Rota sets', async () => {
    const env = { PATH: '/bin', HOME: '/', ROTA_TASK_NAME: 'forged', ROTA_SHARD_INDEX: '3' }
    const { outputTail } = await setUp().run('echo $PATH $HOME $ROTA_TASK_NAME $ROTA_SHARD_INDEX', { env })
    expect(outputTail).toBe('/bin / nightly 3\n')
  })

  test('no open file of the server', async () => {
    const path = join(tempDir, 'secret')
    writeFileSync(path, 'x')
    const descriptor = openSync(path, 'r')
    const { outputTail } = await setUp().run('ls -l /proc/self/fd')
    closeSync(descriptor)
    expect(outputTail).toContain('/dev/null')
    expect(outputTail).not.toContain('secret')
    expect(outputTail).not.toMatch(/eventpoll|eventfd|inotify/)
  })

  test('a command of any length up to the limit', async () => {
    const command = `# ${'x'.repeat(300_000)}\necho "$0" | sed 's/.*\\///'; echo "$1"`
    const { outputTail } = await setUp().run(command, { params: { args: ['a b'], kwargs: {} } })
    expect(outputTail).toBe('command.sh\na b\n')
    expect(readdirSync(tempDir).filter((name) => name.startsWith('run-'))).toEqual([])
  })

  test('its home as working directory, or the one asked for', async () => {
    const { run } = setUp({ homeDir: '/' })
    expect((await run('pwd')).outputTail).toBe('/\n')
    expect((await run('pwd', { workingDir: tempDir })).outputTail).toBe(`${tempDir}\n`)
  })
})

describe('a shell task that cannot start', () => {
  test.each([
    ['a missing directory', { workingDir: '/no/such' }, 'The working directory /no/such cannot be used (ENOENT).'],
    ['a file as directory', { workingDir: '/etc/passwd' }, 'The working directory /etc/passwd is not a directory.'],
    ['a variable with NUL', { env: { A: 'x\0y' } }, 'could not be started'],
    ['arguments beyond the system limit', { params: { args: ['x'.repeat(200_000)], kwargs: {} } }, 'E2BIG'],
  ] satisfies [string, Partial<RunRequest>, string][])('fails as dispatch: %s', async (_, more, error) => {
    const outcome = await setUp().run('true', more)
    expect(outcome).toMatchObject({ status: 'failed', failure: 'dispatch', exitCode: null })
    expect(outcome.error).toContain(error)
  })

  test('names the shell that is missing or may not be executed', async () => {
    const missing = await setUp({ shell: '/no/shell' }).run('true')
    expect(missing).toMatchObject({ failure: 'dispatch', error: expect.stringContaining('/no/shell was not found') })
    const closed = await setUp({ shell: '/etc/passwd' }).run('true')
    expect(closed).toMatchObject({ failure: 'dispatch', error: expect.stringContaining('EACCES') })
  })

  test('may only work in allowed directories, links followed', async () => {
    const allowed = join(tempDir, 'allowed')
    mkdirSync(allowed)
    symlinkSync('/etc', join(allowed, 'link'))
    const { run } = setUp({ allowedWorkingDirs: [allowed] })
    expect((await run('pwd', { workingDir: allowed })).outputTail).toBe(`${allowed}\n`)
    for (const workingDir of ['/etc', join(allowed, 'link'), `${allowed}/..`, 'relative']) {
      expect(await run('pwd', { workingDir })).toMatchObject({ failure: 'dispatch' })
    }
  })
})

describe('limits', () => {
  test('a memory hog fails, not the server', async () => {
    const outcome = await setUp({ limits: { memoryBytes: 64_000_000 } }).run(
      'head -c 300000000 /dev/zero | tail | wc -c',
    )
    expect(outcome.outputTail).not.toContain('300000000')
  })

  test('a file may not grow beyond its limit', async () => {
    const command = 'head -c 100000 /dev/zero > big; wc -c < big; rm big'
    const { outputTail } = await setUp({ homeDir: tempDir, limits: { fileBytes: 5000 } }).run(command)
    expect(outputTail).toContain('5000')
  })

  test('a fork swarm stays within its limit and leaves nothing behind', async () => {
    const swarmDir = mkdtempSync(join(tmpdir(), 'rota-swarm-'))
    const { run, leftovers } = setUp({
      tempDir: swarmDir,
      runAs: user,
      limits: { processes: 60 },
    })
    const outcome = await run('f() { f | f & f; }; f', { timeoutMs: 700, killGraceMs: 100 })
    expect(leftovers()).toEqual([])
    expect(outcome.status).toBe('failed')
    rmSync(swarmDir, { recursive: true })
  })

  const most = (limits: Partial<AttemptLimits>): Partial<RunRequest> => ({
    limits: { memory_bytes: null, cpus: null, processes: null, open_files: null, ...limits },
  })

  test('what ends by a limit of its own says by which', async () => {
    const { run } = setUp()
    const hog = await run(`python3 -c 'bytearray(400_000_000)'`, most({ memory_bytes: 120_000_000 }))
    expect(hog).toMatchObject({ status: 'failed', failure: 'exit_code' })
    expect(hog.error).toMatch(/memory limit of 120000000 bytes/)
    const files = await run(`python3 -c '[open("/dev/null") for _ in range(99)].index(0)'`, most({ open_files: 40 }))
    expect(files.error).toMatch(/limit of 40 open files/)
    expect((await run('exit 3', most({ open_files: 40 }))).error).toBe('Exit code 3.')
  })

  test('a swarm says that it reached its limit', async () => {
    const swarmDir = mkdtempSync(join(tmpdir(), 'rota-swarm-'))
    const { run, leftovers } = setUp({ tempDir: swarmDir, runAs: user })
    const command = 'i=0; while [ $i -lt 90 ]; do sleep 30 & i=$((i+1)); done; exit 1'
    const outcome = await run(command, { ...most({ processes: 40 }), killGraceMs: 0, timeoutMs: 20_000 })
    expect([outcome.status, outcome.error]).toEqual(['failed', expect.stringContaining('limit of 40 processes')])
    expect(leftovers()).toEqual([])
    rmSync(swarmDir, { recursive: true })
  })

  test('a task lowers the server’s limits and never raises them', async () => {
    const { run } = setUp({ limits: { openFiles: 64 } })
    expect((await run('ulimit -n', most({ open_files: 32 }))).outputTail).toBe('32\n')
    expect((await run('ulimit -n', most({ open_files: 999 }))).outputTail).toBe('64\n')
  })

  test('another user runs the task when the options say so', async () => {
    const userDir = mkdtempSync(join(tmpdir(), 'rota-user-'))
    chmodSync(userDir, 0o777)
    const { run } = setUp({ runAs: user })
    const command = 'id -u; cat /etc/shadow 2>&1 | wc -l; touch mine && echo wrote; echo loud > /dev/stderr'
    const { outputTail } = await run(command, { workingDir: userDir })
    expect(outputTail).toBe(`${user.uid}\n1\nwrote\nloud\n`)
    rmSync(userDir, { recursive: true })
  })
})

describe('validation of a shell task', () => {
  const { shell } = setUp({ maxCommandBytes: 100 })
  test.each([
    [{}, 'command', 'Is required.'],
    [{ command: '  \n' }, 'command', 'Must not be empty.'],
    [{ command: 5 }, 'command', 'Must be a string, not a number.'],
    [{ command: ['ls'] }, 'command', 'Must be a string, not a list.'],
    [{ command: 'a\0b' }, 'command', 'Contains a NUL byte at position 1, which no program can receive.'],
    [{ command: 'ab\ud800' }, 'command', 'half of a surrogate pair at position 2'],
    [{ command: 'x'.repeat(101) }, 'command', 'Is 101 bytes long; at most 100 are allowed.'],
    [{ comand: 'ls' }, 'comand', 'did you mean command?'],
  ] as [Record<string, Json>, string, string][])('%j is refused', async (payload, path, message) => {
    expect(await shell.validate(payload)).toContainEqual(
      expect.objectContaining({ path, message: expect.stringContaining(message) }),
    )
  })

  test('a command of several lines is fine', async () => {
    expect(await shell.validate({ command: 'set -e\nls\n' })).toEqual([])
  })
})
