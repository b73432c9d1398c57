import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@rota/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { HotParts } from '../../ports/hot.ts'
import { openRedisHot } from './open.ts'
import { eventually, freePort, type OwnServer, quickClock, startServer, withOwnRedis } from './testing/server.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function own(settings?: string[], port?: number): Promise<OwnServer> {
  const server = await startServer(settings, port)
  cleanups.push(() => server.stop())
  return server
}

async function open(url: string, clock = quickClock): Promise<HotParts> {
  const hot = await openRedisHot({ url, clock })
  cleanups.push(() => hot.close())
  return hot
}

const claimBy = (hot: HotParts, instanceId: string, floor = 0) =>
  hot.leaderTerms.claim({ role: 'planner', instanceId, ttlMs: 60_000, floor })
const untilUsable = (hot: HotParts) => eventually('usable Redis', () => hot.status().trouble === null)
const untilTrouble = (hot: HotParts) => eventually('trouble', () => hot.status().trouble !== null)

withOwnRedis('Redis with faults', () => {
  describe('a server that is away', () => {
    test('at the start is done without, and used when it is there', async () => {
      const port = await freePort()
      const hot = await open(`redis://127.0.0.1:${port}`)
      expect(hot.status().trouble).toMatch(/ECONNREFUSED|being connected/)
      await expect(claimBy(hot, 'one')).rejects.toMatchObject({ code: 'unavailable' })
      hot.hints.send({ kind: 'cancel' })
      expect(hot.status().dropped).toBe(1)
      const bucket = { capacity: 1, refillMs: 60_000 }
      expect(await hot.rateLimits.take('ann', bucket)).toBe(0)
      expect(await hot.rateLimits.take('ann', bucket)).toBeGreaterThan(0)
      await own([], port)
      await untilUsable(hot)
      expect((await claimBy(hot, 'one')).leads).toBe(true)
    })

    test('is found again after a restart: messages come again, and whoever listens looks what it missed', async () => {
      const server = await own()
      const [one, two] = [await open(server.url), await open(server.url)]
      const heard: string[] = []
      two.hints.receive((hint) => heard.push(hint.kind === 'work' ? `work ${hint.runAt}` : hint.kind))
      // Also the first time that somebody listens begins with a look.
      await eventually('a look at the start', () => heard.includes('work 0'))
      heard.length = 0
      const troubles: (string | null)[] = []
      one.onTrouble((trouble) => troubles.push(trouble))
      await server.end()
      await untilTrouble(one)
      await server.begin()
      await Promise.all([untilUsable(one), untilUsable(two)])
      await eventually('a look at what was missed', () => heard.includes('work 0'))
      one.hints.send({ kind: 'cancel' })
      await eventually('hint after the restart', () => heard.includes('cancel'))
      expect(one.status().reconnects).toBeGreaterThan(0)
      expect(troubles.length).toBeGreaterThanOrEqual(2)
      expect(troubles[0]).toEqual(expect.any(String))
      expect(troubles.at(-1)).toBeNull()
    })

    test('that hangs is given up after a second; then everything fails at once until it goes on', async () => {
      const server = await own()
      const hot = await open(server.url)
      server.hang()
      cleanups.push(() => server.goOn())
      await expect(claimBy(hot, 'one')).rejects.toMatchObject({ code: 'unavailable' })
      const before = systemClock.monotonic()
      for (let i = 0; i < 1_000; i++) await claimBy(hot, 'one').catch(() => {})
      // A thousand timeouts would take a quarter of an hour.
      expect(systemClock.monotonic() - before).toBeLessThan(5_000)
      server.goOn()
      await untilUsable(hot)
      expect((await claimBy(hot, 'one')).leads).toBe(true)
    })

    test('or hangs is sent no more than a few megabytes that would wait for it', async () => {
      const server = await own()
      const hot = await open(server.url)
      server.hang()
      cleanups.push(() => server.goOn())
      const lines = [{ at: 1, stream: 'stdout' as const, text: 'x'.repeat(100_000) }]
      for (let i = 0; i < 200; i++) hot.tailRelay.send('e', { kind: 'lines', no: i, attempt: 1, lines })
      expect(hot.status().dropped).toBeGreaterThan(150)
    })
  })

  describe('a server that forgets everything', () => {
    test('gives out no term twice as long as somebody remembers the last one', async () => {
      const server = await own()
      const [one, two] = [await open(server.url), await open(server.url)]
      await claimBy(one, 'one', 6)
      const { leads, term } = await claimBy(two, 'two')
      expect([leads, term]).toEqual([false, 7])
      await server.command('FLUSHALL')
      expect(await claimBy(two, 'two', term)).toEqual({ leads: true, term: 8 })
      expect(await claimBy(one, 'one', 7)).toEqual({ leads: false, term: 8 })
    })

    test('or its scripts is told them again', async () => {
      const server = await own()
      const hot = await open(server.url)
      await claimBy(hot, 'one')
      await server.command('SCRIPT', 'FLUSH')
      await server.command('FLUSHALL')
      const card = { id: 'one', hostname: 'here', pid: 1, version: '1', startedAt: 1, running: 0, waiting: 0 }
      expect(await hot.presence.announce(card, 60_000)).toEqual([card])
      expect((await claimBy(hot, 'one', 1)).term).toBe(2)
      expect(hot.status()).toMatchObject({ trouble: null, failures: 0 })
    })

    test('because its memory is full is refused at the start', async () => {
      const server = await own(['--maxmemory', '4mb', '--maxmemory-policy', 'allkeys-lru'])
      await expect(open(server.url)).rejects.toThrow(/maxmemory-policy is allkeys-lru; set it to noeviction/)
    })

    test('because its memory is full is not used from when that is noticed, until it is mended', async () => {
      const server = await own()
      const hot = await open(server.url)
      await server.command('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl')
      await untilTrouble(hot)
      expect(hot.status().trouble).toContain('volatile-ttl')
      await expect(claimBy(hot, 'one')).rejects.toThrow(/noeviction/)
      await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
      await untilUsable(hot)
    })

    test('nothing, but is full, refuses writes and is used again when it has room', async () => {
      const server = await own(['--maxmemory-policy', 'noeviction'])
      const hot = await open(server.url)
      await server.command('CONFIG', 'SET', 'maxmemory', '1')
      await expect(claimBy(hot, 'one')).rejects.toMatchObject({ code: 'unavailable' })
      const bucket = { capacity: 5, refillMs: 60_000 }
      expect(await hot.rateLimits.take('ann', bucket)).toBe(0)
      await server.command('CONFIG', 'SET', 'maxmemory', '0')
      await untilUsable(hot)
      expect((await claimBy(hot, 'one')).leads).toBe(true)
    })
  })

  describe('a server that does not let us in', () => {
    test.each([
      ['a wrong password', (url: string) => url.replace(':secret@', ':wrong@'), /does not accept user and password/],
      ['no password', (url: string) => url.replace(':secret@', ''), /wants a password/],
      ['a database it does not have', (url: string) => url.replace(/0$/, '77'), /no database of this number/],
    ])('because of %s is refused at the start, without telling the password', async (_, change, message) => {
      const server = await own(['--requirepass', 'secret'])
      const failure = await open(change(server.url)).catch((error: Error) => error)
      expect(failure).toMatchObject({ name: 'HotStateError', message: expect.stringMatching(message) })
      expect((failure as Error).message).not.toMatch(/secret|wrong/)
      expect((await open(server.url)).status()).toMatchObject({
        trouble: null,
        location: expect.not.stringMatching(/secret/),
      })
    })

    test('has no password where the URL names one', async () => {
      const server = await own()
      const hot = openRedisHot({ url: server.url.replace('//', '//:secret@'), clock: quickClock })
      // Redis itself only warns, and so does the driver: it lets us in.
      cleanups.push(async () => (await hot).close())
      expect((await hot).status().trouble).toBeNull()
    })

    test.each([['127.0.0.1:6379'], ['http://127.0.0.1:6379'], ['redis://'], ['redis://127.0.0.1/main']])(
      'is not looked for where the URL is %s',
      async (url) => {
        await expect(open(url)).rejects.toMatchObject({ name: 'HotStateError', reason: 'address' })
      },
    )
  })

  describe('TLS', () => {
    /** An authority and a certificate for 127.0.0.1, valid for a day. */
    function certificate(): { folder: string; settings: string[] } {
      const folder = mkdtempSync(join(tmpdir(), 'rota-redis-tls-'))
      cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
      const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
      const form = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
      execFileSync('openssl', [...form, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
      const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert]
      return { folder, settings: [...files, '--tls-auth-clients', 'no'] }
    }

    test('is spoken where the URL says so, and a certificate that nobody vouches for is refused', async () => {
      const { folder, settings } = certificate()
      const port = await freePort()
      await own([...settings, '--tls-port', `${port}`])
      const url = `rediss://127.0.0.1:${port}/0`
      await expect(open(url, systemClock)).rejects.toThrow(/certificate is not trusted.*NODE_EXTRA_CA_CERTS/)
      // The variable is read when a process begins.
      const program = `
        const { openRedisHot } = await import(${JSON.stringify(new URL('./open.ts', import.meta.url).href)})
        const hot = await openRedisHot({ url: ${JSON.stringify(url)} })
        console.log(JSON.stringify([hot.status().trouble, hot.status().location]))
        await hot.close()`
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') }
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { env }).toString()
      expect(JSON.parse(said)).toEqual([null, url])
    })

    test('asked for where somebody answers without it is refused with that reason', async () => {
      const plain = createServer((socket) => socket.on('error', () => {}).write('-ERR Protocol error\r\n'))
      plain.listen(0, '127.0.0.1')
      await once(plain, 'listening')
      cleanups.push(() => plain.close())
      const { port } = plain.address() as { port: number }
      await expect(open(`rediss://127.0.0.1:${port}`, systemClock)).rejects.toThrow(/offers no TLS/)
    })
  })
})
