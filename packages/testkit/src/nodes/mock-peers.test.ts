import type { FromNode } from '@rota/core'
import { expect, onTestFinished, test } from 'vitest'
import { factsOf, MemoryNode, WebSocketNode } from './mock-node.ts'
import { MockServer } from './mock-server.ts'
import { orderOf } from './orders.ts'

test('a scripted node and a scripted server understand each other over a real socket', async () => {
  const server = await new MockServer({ keys: ['good'] }).start()
  onTestFinished(() => server.close())
  const stranger = new WebSocketNode({ facts: factsOf('n1'), url: server.url, key: 'bad' })
  expect(await stranger.opened()).toBe(401)
  const node = new WebSocketNode({ facts: factsOf('n1'), url: server.url, key: 'good' })
  expect(await node.opened()).toBe(101)
  node.greet()
  await node.frames.of('welcome')
  const { connection } = await server.greeted()
  connection.order(orderOf('e', 'true'))
  const order = await node.frames.of('order')
  node.tell(order, { kind: 'acked' })
  node.tell(order, { kind: 'progress', percent: 50, message: null })
  expect(await connection.news('progress')).toMatchObject({ number: 2, owner: 'i1', news: { percent: 50 } })
  expect(await node.frames.of('got')).toMatchObject({ number: 1 })
  node.beat()
  await node.frames.of('heard')
  node.kill()
  expect(await connection.closed).toBe(1006)
})

test('in memory a scripted node hands over what it says, and keeps what it is told', async () => {
  const said: FromNode[] = []
  const node = new MemoryNode({ facts: factsOf('n1'), receive: (frame) => said.push(frame) })
  node.greet()
  expect(said).toMatchObject([{ kind: 'hello', node: { id: 'n1' } }])
  expect(node.link.send({ kind: 'drain', isDraining: true })).toBe(true)
  expect(await node.frames.of('drain')).toEqual({ kind: 'drain', isDraining: true })
  node.link.close('replaced')
  expect(node.closedWhy).toBe('replaced')
})
