import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { cleanUp, eventually, freePort, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterEach, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

afterEach(() => cleanUp())

async function endOf(server: ServerProcess): Promise<{ code: number | null; output: string }> {
  const { ended } = await server.launch()
  const { code } = await ended
  return { code, output: server.output }
}

const config = (text: string) => {
  const file = join(temporaryFolder(), 'rota.yaml')
  writeFileSync(file, text)
  return file
}

test('a server that cannot start ends with the code that is documented for the reason', async () => {
  const port = await freePort()
  const blocker = createServer().listen(port, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  const cases: [number, RegExp, ServerProcess][] = [
    [64, /unknown option/, new ServerProcess({ args: ['--nope'] })],
    [69, /is in use/, new ServerProcess({ port })],
    [73, /cannot be written/, new ServerProcess({ dataDir: '/proc/nowhere' })],
    [78, /:1:1: prot/, new ServerProcess({ args: ['--config', config('prot: 1\n')] })],
    [78, /must be a whole number/, new ServerProcess({ env: { ROTA_HTTP_MAX_STREAMS: 'many' } })],
    [78, /first password|would try|password/i, new ServerProcess({ env: { ROTA_ADMIN_PASSWORD: 'password' } })],
  ]
  for (const [code, words, server] of cases) {
    const end = await endOf(server)
    expect([end.code, end.output]).toEqual([code, expect.stringMatching(words)])
  }
  blocker.close()
})

test('a second start on the same directory ends with 75 and leaves nothing there', async () => {
  const first = await new ServerProcess().start()
  const names = () =>
    readdirSync(first.dataDir, { recursive: true })
      .map(String)
      // The first server makes them whenever it comes to it.
      .filter((name) => !/-(wal|shm|journal)$|^logs\.db$/.test(name))
      .toSorted()
  const isProbing = () => names().some((name) => name.startsWith('programs/run-'))
  await eventually('end of its first look at the shell', 10_000, () => !isProbing())
  const before = names()
  const end = await endOf(new ServerProcess({ dataDir: first.dataDir }))
  expect([end.code, end.output]).toEqual([75, expect.stringMatching(/in use by process \d+/)])
  expect(names()).toEqual(before)
  expect(names()).not.toContain('.write-test')
  expect(await first.stop()).toEqual({ code: 0, signal: null })
})

test('systemd restarts for what may pass, and not for what no restart mends', () => {
  const unit = readFileSync(join(ROOT, 'deploy/systemd/rota.service'), 'utf8')
  expect(/^RestartPreventExitStatus=(.*)$/m.exec(unit)?.[1]).toBe('64 65 78')
  const documented = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8')
  const codes = [...documented.matchAll(/^\| (\d+) \| .* \|$/gm)].map(([, code]) => Number(code))
  expect(codes).toEqual([0, 1, 64, 65, 69, 73, 75, 78])
})

test('the greeting names addresses that others can use, or says that there are none', async () => {
  const local = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
  expect(local.output).toContain('Other machines cannot reach it')
  expect(local.output).not.toContain('from another machine')
  await local.stop()
  const open = new ServerProcess({ args: ['--host', '0.0.0.0'] })
  await open.start()
  const others = open.output.split('\n').filter((line) => line.includes('from another machine'))
  for (const line of others) expect(line).not.toMatch(/127\.|0\.0\.0\.0|localhost/)
})
