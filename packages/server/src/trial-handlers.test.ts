import type { HandlerContext } from '@rota/executors'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { trialHandlers } from './trial-handlers.ts'

function called(name: 'echo' | 'sleep', args: (number | string)[], signal = new AbortController().signal) {
  const clock = new ManualClock()
  return { clock, reply: trialHandlers(clock)[name]!(args, {}, { signal } as HandlerContext) }
}

test('echo returns what it was called with', () => {
  expect(called('echo', ['a', 1]).reply).toEqual({ args: ['a', 1], kwargs: {} })
})

test('sleep takes its seconds, and no longer when it is cancelled', async () => {
  const { clock, reply } = called('sleep', [2])
  await clock.advance(2_000)
  expect(await reply).toEqual({ slept_seconds: 2 })
  const abort = new AbortController()
  const slept = called('sleep', [3_600], abort.signal).reply
  abort.abort(new Error('cancelled by ada'))
  await expect(slept).rejects.toThrow('cancelled by ada')
})

test('sleep refuses more than an hour, less than nothing, and words', () => {
  for (const wrong of [3_601, -1, 'long']) expect(() => called('sleep', [wrong]), String(wrong)).toThrow(RangeError)
})
