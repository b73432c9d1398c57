import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Cluster, cleanUp, eventually, type ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { events } from './event-stream.ts'

interface Execution {
  id: string
  status: string
}

let cluster: Cluster
let servers: ServerProcess[]

beforeAll(async () => {
  // Without Redis nobody would hear of a cancellation, or see a line of another server, for a minute.
  const env = { ROTA_CLUSTER_POLL_SECONDS: '60', ROTA_AUTH_LOGIN_ATTEMPTS: '4', ROTA_AUTH_LOGIN_REFILL_SECONDS: '600' }
  cluster = await Cluster.make({ instances: 3, store: 'postgres', redis: true, env })
  servers = cluster.members.map((member) => member.server)
  await cluster.start()
})
afterAll(async () => {
  await cluster?.destroy()
  await cleanUp()
})

const submit = async (server: ServerProcess, command: string) =>
  (await server.ask<Execution>('POST', '/api/scheduler/executions', { type: 'shell', payload: { command } })).id
const statusOf = async (server: ServerProcess, id: string) =>
  (await server.ask<Execution>('GET', `/api/scheduler/executions/${id}`)).status
const untilStatus = (id: string, status: string) =>
  eventually(`${status} execution`, 20_000, async () => (await statusOf(servers[0]!, id)) === status)
const troubleOf = async (server: ServerProcess) =>
  (await server.ask<{ hot_state: { kind: string; trouble: string | null } }>('GET', '/status')).hot_state.trouble
const untilTrouble = (what: 'some' | 'none') =>
  eventually(`${what} trouble on all servers`, 30_000, async () => {
    const troubles = await Promise.all(servers.map(troubleOf))
    return troubles.every((trouble) => (trouble === null) === (what === 'none'))
  })

/** Follows the log of an execution on a server until its end; `seen` grows meanwhile. */
function follow(server: ServerProcess, id: string) {
  const seen: string[] = []
  const done = (async () => {
    for await (const { event, data } of events(
      `${server.url}/api/scheduler/executions/${id}/logs/stream`,
      server.token!,
    )) {
      if (event === 'end') return data as { status: string }
      if (event === 'lines') seen.push(...(data as { message: string }[]).map((line) => line.message))
    }
    throw new Error('The stream broke off.')
  })()
  return { seen, done }
}

describe('three servers with one Redis', () => {
  test('show and count that they use it', async () => {
    const { hot_state } = await servers[0]!.ask<{ hot_state: object }>('GET', '/status')
    expect(hot_state).toMatchObject({ kind: 'redis', location: expect.stringMatching(/^redis:/), trouble: null })
  })

  test('a cancellation reaches whoever runs the execution, whichever server is asked', async () => {
    for (const server of servers) {
      const id = await submit(servers[0]!, 'sleep 300')
      await untilStatus(id, 'running')
      await server.ask('POST', `/api/scheduler/executions/${id}/cancel`)
      await untilStatus(id, 'cancelled')
    }
  })

  test('a log is followed live from every server, each line once', async () => {
    const gate = join(temporaryFolder(), 'gate')
    const command = `for i in 1 2 3 4 5; do echo "line $i"; sleep 0.2; done; until [ -e ${gate} ]; do sleep 0.1; done; echo last`
    const id = await submit(servers[0]!, command)
    await untilStatus(id, 'running')
    await Promise.all(servers.map((server) => server.ask('GET', '/status')))
    const followers = servers.map((server) => follow(server, id))
    // Not ended yet: what is seen now is seen live.
    await eventually('five live lines everywhere', 20_000, () => followers.every(({ seen }) => seen.length === 5))
    writeFileSync(gate, '')
    for (const { seen, done } of followers) {
      expect((await done).status).toBe('success')
      expect(seen).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'last'])
    }
  })

  test('wrong passwords count wherever they are tried', async () => {
    const tryAt = (server: ServerProcess) =>
      fetch(`${server.url}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'nobody', password: 'wrong wrong wrong' }),
      })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push((await tryAt(servers[i % 3]!)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 429])
  })

  test('lose and double nothing while Redis forgets everything every second', async () => {
    const witness = join(temporaryFolder(), 'witness')
    writeFileSync(witness, '')
    const ids: string[] = []
    let flushes = 0
    const flushing = (async () => {
      const { redis } = cluster
      await eventually('ten flushes and all jobs', 120_000, async () => {
        await redis!.say('FLUSHALL')
        flushes++
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        return flushes >= 10 && ids.length === 300
      })
    })()
    for (let i = 0; i < 300; i++) {
      ids.push(await submit(servers[i % 3]!, `echo ${i} >>${witness}; sleep 0.05`))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await flushing
    for (const id of ids) await untilStatus(id, 'success')
    const done = readFileSync(witness, 'utf8').trim().split('\n').map(Number)
    expect(done.sort((a, b) => a - b)).toEqual(ids.map((_, i) => i))
  })

  test('go on while Redis hangs, say so, and follow logs from elsewhere again afterwards', async () => {
    cluster.redis!.hang()
    await untilTrouble('some')
    for (const server of servers) {
      const ready = await fetch(`${server.url}/ready`)
      expect(ready.status).toBe(200)
      const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } })
      expect(await metrics.text()).toMatch(/^scheduler_hot_state_up\{kind="redis"\} 0$/m)
      const id = await submit(server, 'echo done')
      await untilStatus(id, 'success')
    }
    cluster.redis!.goOn()
    await untilTrouble('none')
    const id = await submit(servers[0]!, 'sleep 300')
    await untilStatus(id, 'running')
    await servers[1]!.ask('POST', `/api/scheduler/executions/${id}/cancel`)
    await untilStatus(id, 'cancelled')
  })

  test('start without it, and use it when it is there', async () => {
    await cluster.redis!.end()
    const [server] = servers
    await server!.stop()
    await server!.start()
    expect(await troubleOf(server!)).toEqual(expect.any(String))
    await untilStatus(await submit(server!, 'echo done'), 'success')
    await cluster.redis!.begin()
    await untilTrouble('none')
  })

  test('refuse one that throws keys away', async () => {
    const [server] = servers
    await server!.stop()
    await cluster.redis!.say('CONFIG SET maxmemory-policy allkeys-lru')
    const { ended } = await server!.launch()
    expect(await ended).toMatchObject({ code: 78 })
    expect(server!.output).toMatch(/redis\.url: Its maxmemory-policy is allkeys-lru; set it to noeviction/)
    await cluster.redis!.say('CONFIG SET maxmemory-policy noeviction')
    await server!.start()
  })
})
