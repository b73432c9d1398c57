import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  cleanUp,
  eventually,
  freePort,
  type ServerOptions,
  ServerProcess,
  startPostgres,
  temporaryFolder,
} from '@rota/testkit/cluster'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

interface Execution {
  id: string
  status: string
}

interface Page {
  logs: { message: string }[]
  next: number | null
}

const canary = () => `e2e${randomBytes(12).toString('hex')}`
const CANARIES = {
  administrator: canary(),
  database: canary(),
  redis: canary(),
  key: randomBytes(32).toString('hex'),
  descriptor: canary(),
}

const postgres = await startPostgres()
if (postgres === null) throw new Error('There is no initdb and pg_ctl in the PATH.')
let redis: ChildProcess
let redisUrl: string
const databaseUrl = `postgres://postgres:${CANARIES.database}@/postgres?host=${encodeURIComponent(dirname(postgres.socket))}`

beforeAll(async () => {
  const port = await freePort()
  const rules = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--requirepass', CANARIES.redis]
  redis = spawn('redis-server', rules, { stdio: ['ignore', 'pipe', 'ignore'], cwd: temporaryFolder() })
  await once(redis.stdout!, 'data')
  redisUrl = `redis://:${CANARIES.redis}@127.0.0.1:${port}`
})
afterEach(() => cleanUp())
afterAll(() => {
  redis.kill('SIGKILL')
  postgres.stop()
})

const SECRETS = () => ({
  ROTA_ADMIN_PASSWORD: CANARIES.administrator,
  ROTA_DATABASE_URL: databaseUrl,
  ROTA_REDIS_URL: redisUrl,
  ROTA_AUTH_SIGNING_KEY: CANARIES.key,
})

/** The same in files of which the environment holds the names alone. */
function inFiles(): Record<string, string> {
  const folder = temporaryFolder()
  const entries = Object.entries(SECRETS()).map(([name, secret]) => {
    const file = join(folder, name)
    writeFileSync(file, `${secret}\n`, { mode: 0o600 })
    return [`${name}_FILE`, file]
  })
  return { ...Object.fromEntries(entries), ROTA_ADMIN_PASSWORD: '' }
}

/** Everything that a program finds about those that run: one line for each place where something is. */
const LOOK = String.raw`
look() { tr '\0' '\n' <"$2" 2>/dev/null | sed "s|^|$1 |"; }
env | sed 's|^|own |'
for fd in /proc/self/fd/*; do n=${'$'}{fd##*/}; [ "$n" -gt 2 ] && look "descriptor $n" "$fd"; done
for fd in 3 4 5 6 7 8 9; do eval "cat <&$fd" 2>/dev/null | sed "s|^|inherited $fd |"; done
look parent /proc/$PPID/environ
pid=$PPID
while [ "$pid" -gt 0 ]; do
  look "ancestor $pid" /proc/$pid/environ
  look "words of ancestor $pid" /proc/$pid/cmdline
  pid=$(sed 's/.*) //' /proc/$pid/stat | cut -d' ' -f2)
done
for each in /proc/[0-9]*; do
  name=$(tr '\0' ' ' <$each/cmdline 2>/dev/null | cut -c1-120)
  look "any <$name>" $each/environ
done
echo 'own seen=everything'`

/** What a task of the server finds, line by line. */
async function findings(server: ServerProcess): Promise<string[]> {
  const job = { type: 'shell', payload: { command: LOOK } }
  const path = '/api/scheduler/executions'
  const { id } = await server.ask<Execution>('POST', path, job)
  const isOver = async () => (await server.ask<Execution>('GET', `${path}/${id}`)).status === 'success'
  await eventually('end of the look', 60_000, isOver)
  const lines: string[] = []
  for (let from: number | null = 0; from !== null; ) {
    const page: Page = await server.ask('GET', `${path}/${id}/logs?limit=10000&from=${from}`)
    lines.push(...page.logs.map(({ message }) => message))
    from = page.next
  }
  expect(lines).toContain('own seen=everything')
  expect(lines.filter((line) => line.startsWith('parent ')).length).toBeGreaterThan(0)
  return lines
}

const telling = (lines: string[]) =>
  lines.filter((line) => Object.values(CANARIES).some((secret) => line.includes(secret)))

describe('a task that looks into every process, its environment and its descriptors', () => {
  async function started(options: ServerOptions) {
    return new ServerProcess({ password: CANARIES.administrator, ...options }).start()
  }

  test('finds no secret of a server that was started by itself', async () => {
    const leaky = join(temporaryFolder(), 'leaky')
    writeFileSync(leaky, CANARIES.descriptor)
    const wrapper = ['sh', '-c', `exec 9<${leaky}; exec "$@"`, 'sh']
    const lines = await findings(await started({ env: SECRETS(), wrapper }))
    expect(telling(lines)).toEqual([])
  })

  test('finds secrets of a server that npm has started with npm and its shell alone, as the documentation says', async () => {
    const lines = telling(await findings(await started({ env: SECRETS(), viaNpm: true })))
    // The look does find what is there.
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.filter((line) => !/^(ancestor \d+|any <(npm start|sh -c|node .*npm)[^>]*>) /.test(line))).toEqual([])
  })

  test('finds no secret that was given in a file, however the server was started', async () => {
    for (const viaNpm of [false, true]) {
      expect(telling(await findings(await started({ env: inFiles(), viaNpm })))).toEqual([])
    }
  })
})
