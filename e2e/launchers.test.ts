import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { cleanUp, eventually, freePort, killIfThere, temporaryFolder } from '@rota/testkit/cluster'
import { afterEach, describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const PINNED_NODE = join(ROOT, 'node_modules/.bin/node')
const npm = realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim())

interface Launched {
  child: ChildProcess
  dataDir: string
  output: () => string
}

const launched: Launched[] = []

afterEach(async () => {
  for (const { child, dataDir } of launched.splice(0)) {
    for (const pid of processesOf(dataDir)) killIfThere(pid)
    child.kill('SIGKILL')
  }
  await cleanUp()
})

/** Everything that names the data directory on its command line: npm, its shell, the server. */
function processesOf(dataDir: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  return lines.filter((line) => line.includes(dataDir)).map((line) => Number.parseInt(line, 10))
}

/** Those of one kind, for example `sh -c`. */
function find(dataDir: string, kind: RegExp): number {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  const line = lines.find((each) => each.includes(dataDir) && kind.test(each.trim().replace(/^\d+ /, '')))
  if (line === undefined)
    throw new Error(`no process like ${kind} among\n${lines.filter((each) => each.includes(dataDir)).join('\n')}`)
  return Number.parseInt(line, 10)
}

/** Its own process ids, as in a container: what is started is number 1, for which signals without a handler do nothing. */
const CONTAINER = [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  '--pid',
  '--fork',
  '--mount-proc',
]

async function launch(words: string[], { inTerminal = false, inContainer = false } = {}): Promise<Launched> {
  const dataDir = join(temporaryFolder(), 'data')
  const port = await freePort()
  const all = [...(inContainer ? CONTAINER : []), ...words, '--data', dataDir, '--port', String(port)]
  // As in a shell, which outlives what it has started.
  const command = inTerminal ? ['script', '-qfec', 'trap : INT; $LAUNCH; sleep 10', '/dev/null'] : all
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: homedir(),
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    TERM: 'dumb',
    LAUNCH: all.join(' '),
    ROTA_EXAMPLES: 'false',
  }
  const child = spawn(command[0]!, command.slice(1), {
    cwd: ROOT,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += chunk))
  const started = { child, dataDir, output: () => output }
  launched.push(started)
  await eventually(
    () => `server that runs:\n${output}`,
    120_000,
    () => output.includes('is running at'),
  )
  return started
}

/** Nothing of it is left. */
async function isGone({ dataDir, output }: Launched): Promise<void> {
  await eventually(
    () => `end of ${processesOf(dataDir)}:\n${output()}`,
    30_000,
    () => processesOf(dataDir).length === 0,
  )
}

/** Ends what a container's runtime would end: the first process of the container, and no other. */
function endFirstProcess({ child }: Launched): void {
  const first = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' })
  process.kill(Number.parseInt(first, 10), 'SIGTERM')
}

/** Nothing of it is left, it stopped once and in order, and the directory is free for the next. */
async function hasEnded(server: Launched): Promise<void> {
  const { dataDir, output } = server
  await isGone(server)
  // What it said last may not have been read when it is gone.
  await eventually(output, 5_000, () => output().includes('"msg":"stopped"'))
  expect(output().match(/"msg":"stopping"/g)).toHaveLength(1)
  expect(output()).toContain('"grace_ms":30000')
  expect(existsSync(join(dataDir, 'cli-token'))).toBe(false)
}

const WAYS: Record<string, string[]> = {
  'npm start': [npm, 'start', '--'],
  'npm start by the pinned Node': [PINNED_NODE, npm, 'start', '--'],
  'npx rota server': [join(dirname(npm), 'npx-cli.js'), 'rota', 'server'],
  'npm run dev': [npm, 'run', 'dev', '--'],
}

describe.each(Object.entries(WAYS))('a server started by %s', (_, words) => {
  test('stops when npm is ended', async () => {
    const server = await launch(words)
    server.child.kill('SIGTERM')
    await hasEnded(server)
  })

  test('stops when npm is killed without a chance to pass it on', async () => {
    const server = await launch(words)
    server.child.kill('SIGKILL')
    await hasEnded(server)
  })

  test('stops when the shell in between is ended', async () => {
    const server = await launch(words)
    process.kill(find(server.dataDir, /^sh -c/), 'SIGTERM')
    await hasEnded(server)
  })

  test('stops once, in order, by Ctrl-C in a terminal, though the signal comes by several ways', async () => {
    const server = await launch(words, { inTerminal: true })
    server.child.stdin!.write('\x03')
    await hasEnded(server)
  })

  test('stops once, in order, when a service manager ends all of its processes at once', async () => {
    const server = await launch(words)
    process.kill(-server.child.pid!, 'SIGTERM')
    await hasEnded(server)
  })

  // npm may end before the server has, and with the first process the kernel kills all others.
  test('is gone with npm as the first process of a container', async () => {
    const server = await launch(words, { inContainer: true })
    endFirstProcess(server)
    await isGone(server)
  })
})

test('a server that is the first process of a container stops in order', async () => {
  const server = await launch([PINNED_NODE, 'packages/cli/bin/rota.js', 'server'], { inContainer: true })
  endFirstProcess(server)
  await hasEnded(server)
})

test('a server that no npm has started outlives its parent', async () => {
  const dataDir = join(temporaryFolder(), 'data')
  const port = await freePort()
  const log = join(dirname(dataDir), 'log')
  const rota = `${PINNED_NODE} packages/cli/bin/rota.js server --data ${dataDir} --port ${port}`
  const env = { PATH: process.env.PATH ?? '', HOME: homedir(), ROTA_EXAMPLES: 'false' }
  const child = spawn('sh', ['-c', `${rota} >${log} 2>&1 & sleep 1000`], { cwd: ROOT, env, stdio: 'ignore' })
  const output = () => (existsSync(log) ? readFileSync(log, 'utf8') : '')
  launched.push({ child, dataDir, output })
  await eventually(output, 60_000, () => output().includes('is running at'))
  child.kill('SIGKILL')
  const token = join(dataDir, 'cli-token')
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  expect(existsSync(token)).toBe(true)
  const reply = await fetch(`http://127.0.0.1:${port}/ready`)
  expect(reply.status).toBe(200)
})
