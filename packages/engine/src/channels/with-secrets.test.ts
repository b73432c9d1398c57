import type { LogLine, Order, RunOutcome } from '@rota/core'
import { channelContract } from '@rota/testkit/contracts'
import { describe, expect, test } from 'vitest'
import type { Channel, Report } from '../ports/channel.ts'
import { type Revealed, SecretError, type SecretSource } from '../ports/secrets.ts'
import { createLocalChannel } from './local.ts'
import { createSecretChannel } from './with-secrets.ts'

const VALUE = 'open-sesame'
const REFERENCE = `\${secret:PW}`

const ORDER: Order = {
  ...{ executionId: 'e1', attempt: 1, taskId: null, taskName: null, scheduledAt: 0, type: 'shell', fence: 7 },
  ...{ payload: { command: 'true' }, params: { args: [], kwargs: {} }, env: { PW: REFERENCE } },
  ...{
    workingDir: null,
    timeoutMs: null,
    killGraceMs: 0,
    maxLogBytes: 1000,
    target: { kind: 'local' },
    deadline: null,
  },
}

const DONE: RunOutcome = {
  ...{ status: 'success', failure: null, exitCode: 0, signal: null, error: null, result: null, outputTail: '' },
  ...{ cpuSeconds: null, maxRssBytes: null, droppedLogBytes: 0 },
}

/** A channel that remembers what it is offered, and a report that remembers what it is told. */
function stage(reveal: SecretSource['reveal']) {
  const offered: { order: Order; report: Report }[] = []
  const cancelled: string[] = []
  const told: unknown[] = []
  const lines: LogLine[] = []
  const inner: Channel = {
    offer: (order, report) => void offered.push({ order, report }),
    cancel: (id) => void cancelled.push(id),
  }
  const report: Report = {
    acked: () => told.push('acked'),
    refused: (...why) => told.push(why),
    lines: (batch) => lines.push(...batch) > 0,
    drained: async () => {},
    progress: (...progress) => told.push(progress),
    unfinished: (line) => told.push(line),
    lost: () => {},
    ended: (outcome) => void told.push(outcome),
  }
  const channel = createSecretChannel(inner, { missing: async () => [], reveal })
  return { channel, report, offered, cancelled, told, lines }
}

const revealed: Revealed = { values: new Map([['PW', VALUE]]), hidden: [VALUE] }
const settled = () => new Promise(setImmediate)

describe('the channel that fills in secrets', () => {
  channelContract({
    open: async (executors) => ({
      channel: createSecretChannel(createLocalChannel(executors), null),
      async close() {},
    }),
  })

  test('gives values to the next channel alone, and lets none of them back in any part of the report', async () => {
    const { channel, report, offered, told, lines } = stage(async () => revealed)
    channel.offer(ORDER, report)
    await settled()
    expect(offered[0]!.order.env).toEqual({ PW: VALUE })
    expect(ORDER.env).toEqual({ PW: REFERENCE })
    const { report: back } = offered[0]!
    const line = (stream: LogLine['stream'], text: string): LogLine => ({ at: 0, stream, text })
    back.acked()
    expect(back.lines([line('stdout', `a ${VALUE}`), line('system', VALUE), line('stderr', 'b')])).toBe(true)
    back.progress(5, `at ${VALUE}`)
    back.unfinished({ stream: 'stdout', text: VALUE, since: 0 })
    back.unfinished(null)
    back.refused('busy', VALUE)
    back.ended({ ...DONE, error: VALUE, result: { [VALUE]: [VALUE] }, outputTail: `x ${VALUE}` })
    expect(lines.map(({ text }) => text)).toEqual(['a ***', '***', 'b'])
    expect(JSON.stringify(told)).not.toContain(VALUE)
    expect(told.at(-1)).toMatchObject({ error: '***', result: { '***': ['***'] }, outputTail: 'x ***' })
  })

  test('ends an attempt whose secret there is not before the next channel hears of it', async () => {
    const { channel, report, offered, told } = stage(async () => {
      throw new SecretError('There is no secret PW.')
    })
    channel.offer(ORDER, report)
    await settled()
    expect(offered).toEqual([])
    expect(told).toEqual(['acked', expect.objectContaining({ failure: 'secret', error: 'There is no secret PW.' })])
  })

  test('cancels what is still waiting for its secrets, and starts it no more', async () => {
    const { promise, resolve } = Promise.withResolvers<Revealed>()
    const { channel, report, offered, cancelled, told } = stage(() => promise)
    channel.offer(ORDER, report)
    channel.cancel('e1', 6, 'of another claim')
    expect(cancelled).toEqual(['e1'])
    channel.cancel('e1', 7, 'not wanted')
    resolve(revealed)
    await settled()
    expect(offered).toEqual([])
    expect(told).toEqual(['acked', expect.objectContaining({ status: 'cancelled', error: 'not wanted' })])
  })

  test('without a source refuses references, and takes the escape away from what is only text', () => {
    const told: unknown[] = []
    const offered: Order[] = []
    const channel = createSecretChannel({ offer: (order) => void offered.push(order), cancel: () => {} }, null)
    const report = { acked: () => {}, ended: (outcome: RunOutcome) => told.push(outcome) } as unknown as Report
    channel.offer(ORDER, report)
    channel.offer({ ...ORDER, env: { PW: `$${REFERENCE}` } }, report)
    expect(told).toMatchObject([{ failure: 'secret' }])
    expect(offered[0]!.env).toEqual({ PW: REFERENCE })
  })
})
