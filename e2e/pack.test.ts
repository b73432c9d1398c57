import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const INSTALL = ['install', '--no-audit', '--no-fund', '--silent']

/** The oldest of each line that the packages promise to run on, by the `node` package; and the one that is pinned. */
const NODES = ['22.22.3', '24.15.0', 'pinned']

const PROGRAM = `
import { createScheduler, SYSTEM } from '@rota/engine'
const scheduler = createScheduler({ store: { folder: process.argv[2] } })
scheduler.handle('add', ([a, b]) => a + b)
const ended = new Promise((resolve) => scheduler.on((event) => event.type === 'execution_finished' && resolve(event)))
await scheduler.start()
const { id } = await scheduler.submit('add', { args: [1, 2] })
await ended
const { status, result } = await scheduler.executions.get(SYSTEM, id)
await scheduler.stop()
const loaded = await Promise.all(['core', 'protocol', 'executors', 'sdk', 'server'].map((name) => import('@rota/' + name)))
console.log(JSON.stringify({ status, result, loaded: loaded.every((each) => Object.keys(each).length > 0) }))
`

const TYPED = `
import { type ExecutionStatus, compileSchedule } from '@rota/core'
import { createScheduler, type Scheduler, type Source } from '@rota/engine'
import { config } from '@rota/protocol'
import { createClient } from '@rota/sdk'
import { createServer } from '@rota/server'
const scheduler: Scheduler = createScheduler()
// @ts-expect-error The declarations know what a name is.
scheduler.handle(7, () => {})
export { compileSchedule, config, createClient, createServer, type ExecutionStatus, type Source }
`

let folder: string
let program: string
let command: string
const binaries = new Map<string, string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rota-packed-'))
  const { stdout } = await run('npm', ['run', '--silent', 'pack', '--', join(folder, 'packages')], { cwd: root })
  const packed = stdout.trim().split('\n')
  program = await emptyProgram('program', packed)
  command = await emptyProgram(
    'command',
    packed.filter((path) => path.includes('-cli-')),
  )
  for (const version of NODES) binaries.set(version, await nodeOf(version))
}, 600_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

async function emptyProgram(name: string, packages: readonly string[]): Promise<string> {
  const at = join(folder, name)
  await mkdir(at)
  await writeFile(join(at, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await run('npm', [...INSTALL, ...packages], { cwd: at })
  return at
}

async function nodeOf(version: string): Promise<string> {
  if (version === 'pinned') return process.execPath
  const at = join(folder, `node-${version}`)
  await mkdir(at)
  await writeFile(join(at, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }))
  await run('npm', [...INSTALL, `node@${version}`], { cwd: at })
  return join(at, 'node_modules/node/bin/node')
}

/** The environment of a shell whose `node` is this one. */
function environmentOf(binary: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH}`, NODE_OPTIONS: '' }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

describe.each(NODES)('packed, on Node %s', (version) => {
  test('an empty program schedules durable work with what was installed', async () => {
    const binary = binaries.get(version)!
    await writeFile(join(program, 'program.js'), PROGRAM)
    const { stdout } = await run(binary, ['program.js', join(folder, `jobs-${version}`)], { cwd: program })
    expect(JSON.parse(stdout)).toEqual({ status: 'success', result: 3, loaded: true })
  })

  test('the example runs as it stands', async () => {
    await cp(join(root, 'examples/library/mailing.ts'), join(program, 'mailing.ts'))
    const binary = binaries.get(version)!
    const { stdout } = await run(binary, ['mailing.ts'], { cwd: program, env: environmentOf(binary) })
    expect(stdout).toContain('Ada')
  })

  test('npx rota starts the server with its web interface, and ends with it', async () => {
    const env = environmentOf(binaries.get(version)!)
    const port = await freePort()
    const args = ['rota', 'server', '--port', String(port), '--data', join(folder, `data-${version}`)]
    const server = spawn('npx', args, { cwd: command, env, stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(server, 'exit')
    try {
      let said = ''
      for await (const text of server.stdout.setEncoding('utf8')) {
        said += text
        if (said.includes('"msg":"started"') || said.includes('Ctrl-C')) break
      }
      const page = await fetch(`http://127.0.0.1:${port}/`)
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root">')])
      const { stdout } = await run('npx', ['rota', '--version'], { cwd: command, env })
      expect(stdout.trim()).toMatch(/^rota \d+\.\d+\.\d+/)
    } finally {
      server.kill('SIGTERM')
    }
    await ended
  })
})

test('the declarations satisfy a strict compiler that checks libraries, too', async () => {
  await writeFile(join(program, 'typed.ts'), TYPED)
  const options = '--noEmit --strict --module nodenext --target es2024 --lib esnext --types node --skipLibCheck false'
  await run(join(root, 'node_modules/.bin/tsc'), [...options.split(' '), 'typed.ts'], { cwd: program })
})

test('each package has its licence, its description and nothing of the tests', async () => {
  for (const name of ['core', 'protocol', 'executors', 'engine', 'sdk', 'server']) {
    const at = join(program, 'node_modules/@rota', name)
    const manifest = JSON.parse(await readFile(join(at, 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({
      license: 'Apache-2.0',
      type: 'module',
      exports: { '.': { types: expect.any(String) } },
    })
    expect(manifest.private).toBeUndefined()
    expect(await readFile(join(at, 'LICENSE'), 'utf8')).toContain('Apache License')
    expect(await readFile(join(at, 'README.md'), 'utf8')).toContain(`# @rota/${name}`)
    const { stdout } = await run('find', [at, '-name', '*.test.*', '-o', '-name', '*.ts', '!', '-name', '*.d.ts'])
    expect(stdout).toBe('')
  }
})

test('npm pack of a package in the checkout says what to do instead', async () => {
  const packing = run('npm', ['pack', '--dry-run', '-w', '@rota/core'], { cwd: root })
  await expect(packing).rejects.toThrow('npm run pack')
})
