import type { Order } from '@rota/core'
import type { Channel, Report } from '@rota/engine'
import type { Executor, RunOutcome, RunSink } from '@rota/executors'
import { order as orderSchema, type ReportMessage, reportMessage } from '@rota/protocol'
import { afterEach, expect, test } from 'vitest'

/** One implementation of the channel, with executors at its other end. */
export interface ChannelAdapter {
  open(executors: ReadonlyMap<string, Executor>): Promise<{ channel: Channel; close(): Promise<void> }>
}

const SUCCESS: RunOutcome = {
  ...{ status: 'success', failure: null, exitCode: 0, signal: null, error: null, result: { rows: 3 } },
  ...{ outputTail: 'b', cpuSeconds: 0.5, maxRssBytes: 1024, droppedLogBytes: 0 },
}

const anOrder = (more: Partial<Order> = {}): Order => ({
  ...{ executionId: 'e', attempt: 1, taskId: null, taskName: 'job', scheduledAt: 5, type: 'fake' },
  ...{ payload: { command: 'true' }, params: { args: [1], kwargs: { a: null } }, env: { A: 'b' } },
  ...{ workingDir: null, timeoutMs: null, killGraceMs: 10, maxLogBytes: 1000 },
  ...{ target: { kind: 'local' }, fence: 1, deadline: null },
  ...more,
})

/** What every way to where attempts run must do. */
export function channelContract(adapter: ChannelAdapter): void {
  let close = async () => {}
  afterEach(() => close())

  async function opened(start: Executor['start'] = () => ({ done: Promise.resolve(SUCCESS), cancel() {} })) {
    const executor: Executor = { type: 'fake', validate: async () => [], start }
    const far = await adapter.open(new Map([['fake', executor]]))
    close = far.close
    return far.channel
  }

  /** Collects what is reported; `over` resolves with the last of it. */
  function listening() {
    const messages: ReportMessage[] = []
    const { promise: over, resolve } = Promise.withResolvers<ReportMessage[]>()
    const note = (message: ReportMessage) => {
      expect(reportMessage.parse(JSON.parse(JSON.stringify(message)))).toEqual(message)
      messages.push(message)
      if (message.kind === 'ended' || message.kind === 'refused') resolve(messages)
    }
    const report: Report = {
      acked: () => note({ kind: 'acked' }),
      refused: (refusal, why) => note({ kind: 'refused', refusal, why }),
      lines(lines) {
        note({ kind: 'lines', lines })
        return true
      },
      drained: async () => {},
      progress: (percent, message) => note({ kind: 'progress', percent, message }),
      unfinished: (line) => note({ kind: 'unfinished', line }),
      lost: (why) => {
        throw new Error(why)
      },
      ended: (outcome) => note({ kind: 'ended', outcome }),
    }
    return { report, over, messages }
  }

  test('an order is acknowledged first, then comes what the attempt says, in order, and its end last', async () => {
    const line = (text: string) => ({ at: 1, stream: 'stdout', text }) as const
    const channel = await opened((_, sink: RunSink) => {
      const done = Promise.resolve().then(() => {
        sink.lines([line('a')])
        sink.progress(50, 'half')
        sink.unfinished?.({ stream: 'stdout', text: 'b', since: 2 })
        sink.unfinished?.(null)
        sink.lines([line('b')])
        return SUCCESS
      })
      return { done, cancel() {} }
    })
    const { report, over } = listening()
    channel.offer(anOrder(), report)
    expect(await over).toEqual([
      { kind: 'acked' },
      { kind: 'lines', lines: [line('a')] },
      { kind: 'progress', percent: 50, message: 'half' },
      { kind: 'unfinished', line: { stream: 'stdout', text: 'b', since: 2 } },
      { kind: 'unfinished', line: null },
      { kind: 'lines', lines: [line('b')] },
      { kind: 'ended', outcome: SUCCESS },
    ])
  })

  test('the executor is given the order as it was', async () => {
    const given: unknown[] = []
    const channel = await opened((request) => {
      given.push(request)
      return { done: Promise.resolve(SUCCESS), cancel() {} }
    })
    const order = anOrder({ runAs: 'nobody', detach: true, encoding: 'gbk', timeoutMs: 5 })
    expect(orderSchema.parse(JSON.parse(JSON.stringify(order)))).toEqual(order)
    const { report, over } = listening()
    channel.offer(order, report)
    await over
    expect(given).toEqual([order])
  })

  test('an order of a type that nobody runs there is refused, and nothing follows', async () => {
    const channel = await opened()
    const { report, over, messages } = listening()
    channel.offer(anOrder({ type: 'unheard of' }), report)
    expect(await over).toMatchObject([{ kind: 'refused', refusal: 'unsupported' }])
    await new Promise(setImmediate)
    expect(messages).toHaveLength(1)
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('bug')
      },
    ],
    ['rejects', () => ({ done: Promise.reject(new Error('bug')), cancel() {} })],
  ] as [string, Executor['start']][])('an executor that %s ends the attempt with that reason', async (_, start) => {
    const channel = await opened(start)
    const { report, over } = listening()
    channel.offer(anOrder(), report)
    expect((await over).at(-1)).toMatchObject({ kind: 'ended', outcome: { status: 'failed', failure: 'error' } })
  })

  test('a cancellation reaches the attempt under its fence, and none under another', async () => {
    const ended = new Map<number, (outcome: RunOutcome) => void>()
    const channel = await opened((request) => {
      const { promise, resolve } = Promise.withResolvers<RunOutcome>()
      ended.set(request.fence!, resolve)
      const cancel = (error: string) => resolve({ ...SUCCESS, status: 'cancelled', error })
      return { done: promise, cancel }
    })
    const [first, second] = [listening(), listening()]
    channel.offer(anOrder({ fence: 1 }), first.report)
    channel.offer(anOrder({ fence: 2 }), second.report)
    channel.cancel('e', 2, 'by ann')
    expect((await second.over).at(-1)).toMatchObject({ outcome: { status: 'cancelled', error: 'by ann' } })
    channel.cancel('e', 1, 'taken over')
    expect((await first.over).at(-1)).toMatchObject({ outcome: { status: 'cancelled', error: 'taken over' } })
    channel.cancel('e', 1, 'again')
    channel.cancel('unheard of', 1, 'too')
  })
}
