import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { cleanUp, type Exit, freePort, type ServerOptions, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterEach, describe, expect, test } from 'vitest'

/** Exit codes after sysexits(3). */
const EXIT = { unavailable: 69, cannotCreate: 73, busy: 75 }

afterEach(() => cleanUp())

/** A server that must not start. */
async function refused(options: ServerOptions): Promise<Exit & { output: string }> {
  const server = new ServerProcess(options)
  const { ended } = await server.launch()
  const exit = await Promise.race([
    ended,
    new Promise<Exit>((resolve) => setTimeout(() => resolve({ code: null, signal: null }), 20_000)),
  ])
  await server.kill()
  return { ...exit, output: server.output }
}

describe('a server refuses to start', () => {
  test('on a data directory that another one has, names that one, and leaves it alone', async () => {
    const first = await new ServerProcess().start()
    const { code, output } = await refused({ dataDir: first.dataDir })
    expect(code).toBe(EXIT.busy)
    expect(output).toContain(first.dataDir)
    expect(output).toContain(`process ${first.pid} `)
    expect((await first.api('GET', '/status')).status).toBe(200)
  })

  test('on a port that is in use, and says how to choose another', async () => {
    const other = createServer()
    const port = await freePort()
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
    const { code, output } = await refused({ port })
    await new Promise((resolve) => other.close(resolve))
    expect(code).toBe(EXIT.unavailable)
    expect(output).toContain(`Port ${port}`)
    expect(output).toContain('--port')
  })

  test('on a data directory whose place is a file', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const { code, output } = await refused({ dataDir: join(file, 'data') })
    expect(code).toBe(EXIT.cannotCreate)
    expect(output).toContain('cannot be written')
  })

  test('on a data directory that this user may not write', async () => {
    const folder = join(temporaryFolder(), 'data')
    mkdirSync(folder)
    chmodSync(folder, 0o555)
    chmodSync(join(folder, '..'), 0o755)
    // Nobody forbids root anything, so root becomes somebody else.
    const isRoot = process.getuid?.() === 0
    const wrapper = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
    const { code, output } = await refused({ dataDir: folder, wrapper, env: { HOME: '/nonexistent' } })
    expect(code).toBe(EXIT.cannotCreate)
    expect(output).toContain(folder)
    expect(output).toContain('permission denied')
  })

  test('where no directory can be made at all, instead of trying for ever', async () => {
    const { code, output } = await refused({ dataDir: '/proc/rota-e2e/data' })
    expect(code).toBe(EXIT.cannotCreate)
    expect(output).toContain('cannot be written')
  })
})
