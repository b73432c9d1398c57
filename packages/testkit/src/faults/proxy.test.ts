import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CommitFinder } from './postgres-wire.ts'
import { FaultProxy } from './proxy.ts'

/** Says everything again. */
let echo: Server
let received: string
let proxy: FaultProxy
const clients: Socket[] = []

beforeEach(async () => {
  received = ''
  echo = createServer((socket) => {
    socket.on('data', (chunk) => {
      received += chunk
      socket.write(chunk)
    })
    socket.on('error', () => {})
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await FaultProxy.open({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port })
})

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
  proxy.close()
  echo.close()
})

async function dial(): Promise<Socket> {
  const client = connect(proxy.port, '127.0.0.1')
  client.on('error', () => {})
  clients.push(client)
  await once(client, 'connect')
  return client
}

const closed = (client: Socket) => new Promise<void>((resolve) => client.once('close', () => resolve()))

async function hear(client: Socket, bytes: number): Promise<string> {
  let heard = ''
  while (heard.length < bytes) heard += String((await once(client, 'data'))[0])
  return heard
}

async function say(client: Socket, text: string): Promise<string> {
  client.write(text)
  return hear(client, text.length)
}

describe('the fault proxy', () => {
  test('passes everything on in fair weather, to the last byte, both ways', async () => {
    const client = await dial()
    const large = 'x'.repeat(3_000_000)
    expect(await say(client, large)).toBe(large)
    client.end()
    await closed(client)
    await expect.poll(() => proxy.size).toBe(0)
  })

  test('delays each way', async () => {
    const client = await dial()
    await proxy.set({ delayMs: 60 })
    const before = performance.now()
    await say(client, 'hello')
    expect(performance.now() - before).toBeGreaterThanOrEqual(119)
  })

  test('lets through no more bytes in a second than it is told, however they come', async () => {
    const client = await dial()
    await proxy.set({ bytesPerSecond: 10_000 })
    const before = performance.now()
    for (let i = 0; i < 30; i++) client.write('x'.repeat(100))
    await hear(client, 3_000)
    expect(performance.now() - before).toBeGreaterThanOrEqual(270)
  })

  test.each(['up', 'down'] as const)(
    'keeps back what goes %s, and delivers it when that is over',
    async (direction) => {
      const client = await dial()
      await say(client, 'one')
      await proxy.set({ blackhole: direction })
      const answer = hear(client, 3)
      client.write('two')
      const other = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 100, 'silence'))])
      expect(other).toBe('silence')
      expect(received).toBe(direction === 'up' ? 'one' : 'onetwo')
      await proxy.set({ blackhole: 'none' })
      expect(await answer).toBe('two')
    },
  )

  test('resets the connections that exist, and takes new ones', async () => {
    const [one, other] = [await dial(), await dial()]
    await say(one, 'hello')
    await say(other, 'hello')
    const resets = Promise.all([closed(one), closed(other)])
    expect(proxy.cut()).toBe(2)
    await resets
    expect(await say(await dial(), 'again')).toBe('again')
  })

  test('refuses new connections, and leaves those that exist', async () => {
    const client = await dial()
    await say(client, 'hello')
    await proxy.set({ refuse: true })
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(await say(client, 'still')).toBe('still')
    await proxy.heal()
    expect(await say(await dial(), 'again')).toBe('again')
  })

  test('ends a connection to a server that is not there', async () => {
    echo.close()
    const client = await dial()
    await closed(client)
    await expect.poll(() => proxy.size).toBe(0)
  })
})

describe('the finder of COMMITs', () => {
  const message = (type: string, text: string) => {
    const body = Buffer.from(`${type}    ${text}\0`)
    body.writeUInt32BE(body.length - 1, 1)
    return body
  }
  const greeting = Buffer.from([0, 0, 0, 9, 0, 3, 0, 0, 0])

  test('knows a COMMIT from other statements, and from one that only mentions it', () => {
    const finder = new CommitFinder()
    expect(finder.push(greeting)).toBe(-1)
    expect(finder.push(message('Q', 'BEGIN'))).toBe(-1)
    expect(finder.push(message('P', 'COMMIT'))).toBe(-1)
    expect(finder.push(message('Q', "SELECT 'COMMIT'"))).toBe(-1)
    expect(finder.push(message('Q', 'COMMIT'))).toBe(0)
  })

  test('says how much came before it, in whatever pieces it comes', () => {
    const bytes = Buffer.concat([message('Q', 'SELECT 1'), message('Q', 'commit;')])
    const at = message('Q', 'SELECT 1').length
    for (let size = 1; size <= bytes.length; size++) {
      const finder = new CommitFinder()
      finder.push(greeting)
      let found = -1
      for (let from = 0; from < bytes.length && found < 0; from += size) {
        const before = finder.push(bytes.subarray(from, from + size))
        if (before >= 0) found = from + before
      }
      expect(found, `pieces of ${size}`).toBeGreaterThanOrEqual(at)
      expect(found, `pieces of ${size}`).toBeLessThan(bytes.length)
    }
  })

  test('waits for the greeting that follows a question about encryption', () => {
    const finder = new CommitFinder()
    finder.push(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
    finder.push(greeting)
    expect(finder.push(message('Q', 'COMMIT'))).toBe(0)
  })
})
