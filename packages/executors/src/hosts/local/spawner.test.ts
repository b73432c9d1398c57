import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import type { RunRequest } from '../../executor.ts'
import { compileOptions, type ExecutorOptions } from '../../options.ts'
import { programOf } from '../../program.ts'
import { attempt, RecordingSink } from '../../testing/attempt.ts'
import { isAlive, livingWith } from '../../testing/living.ts'
import { directStarter } from './direct-starter.ts'
import type { Exit } from './exit-report.ts'
import { LocalHost } from './local-host.ts'
import { OutputPipes } from './output-pipes.ts'
import { Spawner } from './spawner.ts'
import type { Starter } from './starter.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-spawner-'))
afterAll(() => rmSync(tempDir, { recursive: true, force: true }))

let count = 0
function setUp(options: ExecutorOptions = {}, starter = new Spawner()) {
  const instanceMark = `spawner-${process.pid}-${++count}`
  const host = new LocalHost(compileOptions({ tempDir, homeDir: '/', instanceMark, ...options }), starter)
  const start = (command: string, more: Partial<RunRequest> = {}) => {
    const sink = new RecordingSink()
    const program = programOf(attempt({}, more), { file: '/bin/sh', args: ['-c', command] })
    return { sink, run: host.run(program, sink) }
  }
  const run = (command: string, more: Partial<RunRequest> = {}) => start(command, more).run.done
  return { host, starter, start, run, leftovers: () => livingWith(`ROTA_INSTANCE_MARK=${instanceMark}`) }
}

/** How a program ends that nothing but the starter looks after. */
async function bareEnd(starter: Starter, pipes: OutputPipes): Promise<Exit> {
  const lent = pipes.lend()
  const environment = { own: {}, task: {} }
  const place = { cwd: '/', environment, limits: {}, cgroup: null, ids: null, input: '/dev/null', pipes: lent }
  const begin = starter.plan({ file: '/bin/sh', args: ['-c', 'exit 3'], ...place })
  const closed: Promise<unknown>[] = []
  const exit = await new Promise<Exit>((resolve, reject) => {
    begin({
      onStarted: ({ stdout, stderr }) => {
        for (const pipe of [stdout, stderr]) closed.push(once(pipe.resume(), 'close'))
      },
      onExit: resolve,
      onFailed: reject,
      onLost: () => reject(new Error('It was lost.')),
    })
  })
  await Promise.all(closed)
  lent.giveBack(true)
  return exit
}

const numberIn = (line: string) => Number(line.replace(/\D/g, ''))
const parentOf = (pid: number) =>
  Number(
    readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/.*\) \S /, '')
      .split(' ')[0],
  )

/** A program that tells its parent and ends with 7 once it is allowed to. */
function waiting() {
  const gate = join(tempDir, `gate-${++count}`)
  const command = `echo parent $PPID; while [ ! -e ${gate} ]; do sleep 0.02; done; echo end; exit 7`
  return { command, open: () => writeFileSync(gate, '') }
}

describe('a program', () => {
  test('is a child of a runner of the spawner, not of this process', async () => {
    const { starter, start } = setUp()
    const { command, open } = waiting()
    const { sink, run } = start(command)
    const runner = numberIn(await sink.seen(/^parent/))
    expect(parentOf(runner)).toBe(starter.pid)
    open()
    expect(await run.done).toMatchObject({ exitCode: 7, outputTail: expect.stringMatching(/end\n$/) })
  })

  test.each([
    ['exit 130', { exitCode: 130, signal: null }],
    ['exit 141', { exitCode: 141, signal: null }],
    ['exit 192', { exitCode: 192, signal: null }],
    ['kill -INT $$; echo survived', { exitCode: null, signal: 'SIGINT', outputTail: '' }],
    ['kill -QUIT $$; echo survived', { exitCode: null, signal: 'SIGQUIT', outputTail: '' }],
    ['kill -PIPE $$; echo survived', { exitCode: null, signal: 'SIGPIPE', outputTail: '' }],
    ['kill -40 $$; echo survived', { exitCode: null, signal: 'signal 40', outputTail: '' }],
  ])('that ends by %j is told from its like', async (command, expected) => {
    const { run } = setUp()
    for (let time = 0; time < 2; time++) expect(await run(command)).toMatchObject({ status: 'failed', ...expected })
  })

  test('finds a runner that has read what was said of those before, or its smallest pipe would be full', async () => {
    const { starter, start } = setUp()
    const { sink, run } = start('echo parent $PPID')
    await run.done
    const runner = numberIn(await sink.seen(/^parent/))
    const pipes = new OutputPipes(join(tempDir, 'pipes-many'))
    for (let time = 0; time < 150; time++) expect(await bareEnd(starter, pipes)).toEqual({ code: 3, signal: null })
    const words = openSync(`/proc/${runner}/fd/2`, constants.O_RDONLY | constants.O_NONBLOCK)
    expect(readSync(words, Buffer.alloc(65_536))).toBeLessThan(2_048)
    closeSync(words)
  })

  test('that is stopped has not ended; it ends when it goes on', async () => {
    const { start } = setUp()
    const { sink, run } = start('echo pid $$; kill -STOP $$; exit 3')
    const pid = numberIn(await sink.seen(/^pid/))
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'latin1')).toContain(') T '))
    process.kill(pid, 'SIGCONT')
    expect(await run.done).toMatchObject({ exitCode: 3 })
  })

  test('that is cancelled while it is being started leaves nothing', async () => {
    const { start, leftovers } = setUp()
    const runs = Array.from({ length: 10 }, () => start('sleep 600').run)
    for (const run of runs) run.cancel('Never mind.')
    for (const run of runs) expect(await run.done).toMatchObject({ status: 'cancelled', error: 'Never mind.' })
    expect(leftovers()).toEqual([])
  })

  test('gets every variable as it is', async () => {
    const env = {
      PLAIN: 'a b  c',
      QUOTES: `'"$(id)\`id\`\\`,
      LINES: 'one\ntwo\n',
      ODD: 'é\u0001\u007f世',
      LC_ALL: 'nowhere',
      IFS: 'x',
      UID: '7',
      PS4: '$(id)',
      BASH_ENV: '/nowhere',
      LONG: 'x'.repeat(100_000),
    }
    const names = JSON.stringify(Object.keys(env))
    const source = `import os, json; print(json.dumps({k: os.environ[k] for k in ${names}}))`
    const { host } = setUp()
    const file = join(tempDir, 'variables.py')
    writeFileSync(file, source)
    const sink = new RecordingSink()
    await host.run(programOf(attempt({}, { env }), { file: 'python3', args: [file] }), sink).done
    expect(JSON.parse(sink.texts('stdout').join(''))).toEqual(env)
  })
})

describe('what cannot be started', () => {
  const bad = join(tempDir, 'bad')
  writeFileSync(bad, '#!/no/such/interpreter\n')
  chmodSync(bad, 0o755)
  test.each([
    ['a missing interpreter', { file: bad, args: [] }],
    ['an argument that is too long', { file: '/bin/true', args: ['x'.repeat(200_000)] }],
    ['too many arguments', { file: '/bin/true', args: Array<string>(30).fill('x'.repeat(100_000)) }],
  ])('for %s fails in the words of a direct start', async (_, command) => {
    const errors = await Promise.all(
      [new Spawner(), directStarter].map(async (starter) => {
        const { host } = setUp({ containment: 'group' }, starter as Spawner)
        const { failure, exitCode, error } = await host.run(programOf(attempt({}), command), new RecordingSink()).done
        return { failure, exitCode, error }
      }),
    )
    expect(errors[0]).toMatchObject({ failure: 'dispatch', exitCode: null })
    expect(errors[0]).toEqual(errors[1])
  })

  test('is not what ends with the code of a shell that finds no command', async () => {
    const { run } = setUp()
    expect(await run('exit 127')).toMatchObject({ failure: 'exit_code', exitCode: 127 })
    expect(await run('exit 126')).toMatchObject({ failure: 'exit_code', exitCode: 126 })
  })
})

describe('a spawner that is killed with -9', () => {
  test('has programs that go on to their own end, and a successor at once', async () => {
    const { starter, start, run } = setUp()
    const { command, open } = waiting()
    const first = start(command)
    await first.sink.seen(/^parent/)
    const killed = starter.pid!
    process.kill(killed, 'SIGKILL')
    await vi.waitFor(() => expect(starter.pid).not.toBe(killed))
    expect(starter.pid).not.toBeNull()
    expect(await run('echo next')).toMatchObject({ status: 'success', outputTail: 'next\n' })
    open()
    expect(await first.run.done).toMatchObject({ exitCode: 7, outputTail: expect.stringMatching(/end\n$/) })
  })

  test('with all of its runners loses its attempts, says so, and leaves nothing of them', async () => {
    const { starter, start, run, leftovers } = setUp()
    const lost = Array.from({ length: 3 }, () => start('(setsid sleep 600 &); echo parent $PPID; sleep 600'))
    const runners = await Promise.all(lost.map(async ({ sink }) => numberIn(await sink.seen(/^parent/))))
    for (const pid of [starter.pid!, ...runners]) process.kill(pid, 'SIGKILL')
    for (const each of lost) {
      const expected = { failure: 'lost', exitCode: null, error: expect.stringContaining('ended from outside') }
      expect(await each.run.done).toMatchObject(expected)
    }
    expect(leftovers()).toEqual([])
    expect(await run('true')).toMatchObject({ status: 'success' })
  })

  test('as one runner is loses that attempt alone', async () => {
    const { start, run, leftovers } = setUp()
    const { command, open } = waiting()
    const [lost, kept] = [start('echo parent $PPID; sleep 600'), start(command)]
    await kept.sink.seen(/^parent/)
    process.kill(numberIn(await lost.sink.seen(/^parent/)), 'SIGKILL')
    expect(await lost.run.done).toMatchObject({ failure: 'lost' })
    expect(await run('true')).toMatchObject({ status: 'success' })
    open()
    expect(await kept.run.done).toMatchObject({ exitCode: 7 })
    expect(leftovers()).toEqual([])
  })
})

describe('the processes of a spawner', () => {
  test('survive the signals that are sent to groups, and what they follow does not see them', async () => {
    const { starter, start } = setUp()
    const { command, open } = waiting()
    const { sink, run } = start(command)
    const runner = numberIn(await sink.seen(/^parent/))
    const family = [starter.pid!, runner]
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)
      for (const pid of family) process.kill(pid, signal)
    open()
    expect(await run.done).toMatchObject({ exitCode: 7 })
    expect(family.filter(isAlive)).toEqual(family)
  })

  test('have nothing of this process in their environment, arguments and descriptors', async () => {
    process.env.ROTA_TEST_CANARY = 'canary-value'
    const { starter, start } = setUp()
    const { command, open } = waiting()
    const { sink, run } = start(command, { env: { SECRET: 'canary-value' } })
    const runner = numberIn(await sink.seen(/^parent/))
    delete process.env.ROTA_TEST_CANARY
    for (const pid of [starter.pid!, runner]) {
      expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).toBe('LC_ALL=C\0')
      expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).not.toContain('canary')
    }
    open()
    await run.done
  })

  test('of one do not see those of another', async () => {
    const [one, other] = [setUp(), setUp()]
    await Promise.all([one.run('true'), other.run('true')])
    expect(one.starter.pid).not.toBe(other.starter.pid)
    process.kill(one.starter.pid!, 'SIGKILL')
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, at) => other.run(`exit ${at}`)))
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('end with the process that they start programs for, killed with -9, though its programs do not', async () => {
    const mark = `bereft-${process.pid}`
    const probe = fileURLToPath(new URL('../../testing/orphan-probe.ts', import.meta.url))
    const server = spawn(process.execPath, [probe, tempDir, mark, 'group'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(server.stdout, 'data')
    const spawner = numberIn(String(line))
    expect(isAlive(spawner)).toBe(true)
    server.kill('SIGKILL')
    await once(server, 'exit')
    await vi.waitFor(() => expect(isAlive(spawner)).toBe(false))
    const orphans = livingWith(`ROTA_INSTANCE_MARK=${mark}`)
    expect(orphans.length).toBeGreaterThan(4)
    const runners = new Set(
      orphans.map(parentOf).filter((pid) => readFileSync(`/proc/${pid}/cmdline`).includes('rota-spawner')),
    )
    expect(runners.size).toBeGreaterThan(0)
    for (const pid of orphans) process.kill(pid, 'SIGKILL')
    await vi.waitFor(() => expect([...runners].filter(isAlive)).toEqual([]))
  })
})
