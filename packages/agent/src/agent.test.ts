import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FromNode } from '@rota/core'
import { MockServer, type MockServerOptions, orderOf } from '@rota/testkit/nodes'
import { expect, onTestFinished, test } from 'vitest'
import { type AgentTold, startAgent } from './agent.ts'
import { EXIT } from './failure.ts'
import type { AgentSettings } from './settings.ts'
import { certificates } from './testing/certificates.ts'
import { settingsFor, temporaryFolder } from './testing/settings.ts'

async function serverFor(options: MockServerOptions = {}) {
  const server = await new MockServer({ joinTokens: ['join-1'], ...options }).start()
  onTestFinished(() => server.close().catch(() => undefined))
  return server
}

async function agentAt(server: MockServer, more: Partial<AgentSettings> = {}) {
  const told: AgentTold[] = []
  const agent = await startAgent({
    settings: settingsFor(server.url, more),
    tell: (each) => told.push(each),
    signal: new AbortController().signal,
  })
  onTestFinished(() => agent.stop({ graceMs: 0, reason: 'the test is over' }))
  const { connection } = await server.greeted()
  return { agent, connection, told }
}

test('an agent joins by its token, keeps its key where only its user can read it, and says it nowhere', async () => {
  const server = await serverFor()
  const dataDir = temporaryFolder()
  const { connection, told } = await agentAt(server, {
    ...{ dataDir, pools: ['gpu'], labels: { zone: 'a' }, capacity: 2 },
    capabilities: { asr: { languages: ['zh'], models: ['small'] } },
  })
  expect(server.joins).toMatchObject([
    { token: 'join-1', node: { id: 'n1', capacity: 2, pools: ['gpu'], callback_url: null, tenant_id: null } },
  ])
  expect(connection.key).toBe('key-of-n1-0123456789')
  const { node } = connection.frames.all[0] as Extract<FromNode, { kind: 'hello' }>
  expect(node).toMatchObject({
    ...{ id: 'n1', labels: { zone: 'a' }, types: ['shell', 'python', 'script', 'http'], handlers: [] },
    capabilities: { asr: { languages: ['zh'], models: ['small'] } },
  })
  expect(statSync(join(dataDir, 'node.json')).mode & 0o777).toBe(0o600)
  expect(JSON.stringify(told)).not.toContain('0123456789')
  const { usage } = await connection.frames.of('heartbeat')
  expect(usage.memory).toBeGreaterThan(0)
  expect(usage.disk).toBeGreaterThan(0)
})

test('a node that has joined needs no token, and signs in with the newest key it was given', async () => {
  const server = await serverFor()
  const dataDir = temporaryFolder()
  const first = await agentAt(server, { dataDir })
  first.connection.send({ kind: 'new_key', key: 'a-new-key-0123456789' })
  await expect.poll(() => readFileSync(join(dataDir, 'node.json'), 'utf8')).toContain('a-new-key')
  await first.agent.stop({ graceMs: 0, reason: 'restart' })
  const { connection } = await agentAt(server, { dataDir, token: null })
  expect(connection.key).toBe('a-new-key-0123456789')
  expect(server.joins).toHaveLength(1)
})

test.each([
  ['without a token', { token: null }, EXIT.usage, 'has not joined yet'],
  ['with a token that is not valid', { token: 'guessed' }, EXIT.config, 'The join token is not valid.'],
  ['with 10,000 languages', { languages: Array(10_000).fill('zh') }, EXIT.config, 'languages'],
  ['with a type that it cannot run', { types: ['cobol'] }, EXIT.config, 'cobol is no type'],
])('an agent %s does not start, and says why', async (_, more, exitCode, why) => {
  const server = await serverFor()
  const starting = startAgent({
    ...{ settings: settingsFor(server.url, more), tell: () => {} },
    signal: new AbortController().signal,
  })
  await expect(starting).rejects.toMatchObject({ exitCode })
  await expect(starting).rejects.toThrow(why)
})

test('two agents never share a directory', async () => {
  const server = await serverFor()
  const { agent } = await agentAt(server)
  expect(agent.running).toBe(0)
  const dataDir = temporaryFolder()
  // The process that runs the tests was started by one that lives.
  const birth = readFileSync(`/proc/${process.ppid}/stat`, 'latin1').split(') ')[1]!.split(' ')[19]
  const { world } = JSON.parse(readFileSync(join(await lockOf(server), 'agent.lock'), 'utf8')) as { world: string }
  writeFileSync(join(dataDir, 'agent.lock'), JSON.stringify({ pid: process.ppid, birth, world }))
  const starting = startAgent({
    ...{ settings: settingsFor(server.url, { dataDir }), tell: () => {} },
    signal: new AbortController().signal,
  })
  await expect(starting).rejects.toMatchObject({ exitCode: EXIT.busy })
})

test('an order runs as on a server: output, progress, result, exit code', async () => {
  const { connection } = await agentAt(await serverFor())
  const script = 'echo one; echo two >&2; echo "::progress::50 half"; echo "::result::{\\"rows\\":3}"; exit 3'
  connection.order(orderOf('e', script))
  await connection.news('acked')
  const { news } = await connection.news('ended')
  expect(news.outcome).toMatchObject({ status: 'failed', failure: 'exit_code', exitCode: 3, result: { rows: 3 } })
  const lines = connection.frames.all.flatMap((frame) =>
    frame.kind === 'news' && frame.news.kind === 'lines' ? frame.news.lines.map(({ text }) => text) : [],
  )
  expect(lines.toSorted()).toEqual(expect.arrayContaining(['one', 'two']))
})

test('secrets of an order stand in nothing that is told', async () => {
  const { connection } = await agentAt(await serverFor())
  const secret = 'correct-horse-battery'
  connection.order(orderOf('e', 'echo "it is $S"', { env: { S: secret }, secrets: [secret] }))
  await connection.news('ended')
  expect(JSON.stringify(connection.frames.all)).not.toContain(secret)
})

test('a cancellation ends the whole tree', async () => {
  const { connection } = await agentAt(await serverFor())
  connection.order(orderOf('e', 'sleep 1000 & echo started; wait'))
  await connection.news('lines')
  connection.send({ kind: 'cancel', executionId: 'e', fence: 1, reason: 'by ann' })
  const { news } = await connection.news('ended')
  expect(news.outcome).toMatchObject({ status: 'cancelled', error: 'by ann' })
})

test('work goes on over a restart of the server, and its output is told once, in order', async () => {
  const server = await serverFor()
  const gate = join(temporaryFolder(), 'gate')
  const { agent, connection } = await agentAt(server)
  connection.order(orderOf('e', `echo before; while [ ! -e ${gate} ]; do sleep 0.05; done; seq 1 2000; echo after`))
  await connection.news('lines')
  const { port } = server
  await server.close()
  writeFileSync(gate, '')
  await expect.poll(() => agent.running).toBe(0)
  const again = await serverFor({ port })
  const { connection: next, hello } = await again.greeted()
  expect(hello.running).toEqual([{ executionId: 'e', fence: 1, lease: '{n1}:e' }])
  const { news } = await next.news('ended')
  expect(news.outcome.status).toBe('success')
  const lines = next.frames.all.flatMap((frame) =>
    frame.kind === 'news' && frame.news.kind === 'lines' ? frame.news.lines.map(({ text }) => text) : [],
  )
  expect(lines).toEqual([...Array.from({ length: 2_000 }, (_, i) => `${i + 1}`), 'after'])
})

test('a flood is told whole to a server that keeps up only slowly', async () => {
  const { connection } = await agentAt(await serverFor({ confirms: false }))
  connection.order(orderOf('e', 'seq 1 100000', { maxLogBytes: 50_000_000 }))
  let count = 0
  for (;;) {
    const frame = await connection.frames.of('news')
    if (frame.news.kind === 'lines') {
      expect(frame.news.from).toBe(count)
      count += frame.news.lines.length
    }
    connection.got(frame)
    if (frame.news.kind === 'ended') break
  }
  expect(count).toBe(100_000)
})

test('a server in another version ends the agent with what is to be done', async () => {
  const server = await serverFor({ welcomes: false })
  const { agent, connection } = await agentAt(server)
  connection.send({ kind: 'refused', code: 'version', why: 'bring the agent up to date', isFinal: true })
  expect(await agent.ended).toMatchObject({ kind: 'turned_away', turned: { why: 'bring the agent up to date' } })
})

test('a server that forgets the key ends the agent at its start', async () => {
  const server = await serverFor({ keys: [] })
  const agent = await startAgent({
    ...{ settings: settingsFor(server.url), tell: () => {} },
    signal: new AbortController().signal,
  })
  onTestFinished(() => agent.stop({ graceMs: 0, reason: 'over' }))
  expect(await agent.ended).toMatchObject({ kind: 'hopeless', closed: { status: 401 } })
})

test('a frame of 100 MB ends the connection, and the agent comes back', async () => {
  const server = await serverFor()
  const { connection } = await agentAt(server)
  connection.sendText(`{"kind":"order","order":"${'x'.repeat(100_000_000)}"}`)
  await connection.closed
  const next = await server.connection()
  await next.frames.of('heartbeat')
  next.order(orderOf('e', 'true'))
  expect((await next.news('ended')).news.outcome.status).toBe('success')
})

test('a node shows its own certificate where the server asks for one, and believes none that its authority did not sign', async () => {
  const { ca, server: own, node } = certificates()
  const server = await serverFor({ tls: { ...own, ca, requestCert: true, rejectUnauthorized: true } })
  const { connection } = await agentAt(server, { tls: { ca, ...node } })
  connection.order(orderOf('e', 'true'))
  expect((await connection.news('ended')).news.outcome.status).toBe('success')
  for (const tls of [{ ca }, { ...node }]) {
    const stopped = new AbortController()
    const failed = Promise.withResolvers<AgentTold>()
    const starting = startAgent({
      ...{ settings: settingsFor(server.url, { tls, name: 'n2' }), signal: stopped.signal },
      tell: failed.resolve,
    })
    expect(await failed.promise).toMatchObject({ kind: 'cannot_join' })
    stopped.abort()
    await expect(starting).rejects.toThrow()
  }
})

test('functions of a module run tasks of type handler', async () => {
  const module = join(temporaryFolder(), 'handlers.mjs')
  writeFileSync(module, 'export const handlers = { double: (args, { n }) => 2 * n }')
  const { connection } = await agentAt(await serverFor(), { handlersModule: module })
  const { node } = connection.frames.all[0] as Extract<FromNode, { kind: 'hello' }>
  expect(node).toMatchObject({ handlers: ['double'], types: expect.arrayContaining(['handler']) })
  const call = { type: 'handler', payload: { handler: 'double' }, params: { args: [], kwargs: { n: 21 } } }
  connection.order(orderOf('e', '', call))
  expect((await connection.news('ended')).news.outcome).toMatchObject({ status: 'success', result: 42 })
})

async function lockOf(server: MockServer): Promise<string> {
  const dataDir = temporaryFolder()
  await agentAt(server, { dataDir, name: 'n2' })
  return dataDir
}
