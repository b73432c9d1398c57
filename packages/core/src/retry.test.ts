import { assert, constantFrom, double, integer, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { retryDelayMs, shallRetry } from './retry.ts'
import type { RetryPolicy } from './task.ts'
import { DEFAULT_RETRY } from './task-document.ts'

const policy = (more: Partial<RetryPolicy>): RetryPolicy => ({ ...DEFAULT_RETRY, max_attempts: 3, ...more })
const failed = { attempt: 1, failure: 'exit_code', exitCode: 1 } as const

describe('whether another attempt follows', () => {
  test('attempts are counted with the first', () => {
    expect(shallRetry(policy({}), failed)).toBe(true)
    expect(shallRetry(policy({}), { ...failed, attempt: 2 })).toBe(true)
    expect(shallRetry(policy({}), { ...failed, attempt: 3 })).toBe(false)
    expect(shallRetry(DEFAULT_RETRY, failed)).toBe(false)
  })

  test('only causes that are named are tried again', () => {
    expect(shallRetry(policy({ on: ['timeout'] }), failed)).toBe(false)
    expect(shallRetry(policy({ on: ['timeout'] }), { ...failed, failure: 'timeout' })).toBe(true)
  })

  test('a handler that nobody knows is never tried again', () => {
    expect(shallRetry(policy({}), { ...failed, failure: 'unknown_handler' })).toBe(false)
  })

  test('exit codes, where they are named, must match; they say nothing of other causes', () => {
    const some = policy({ exit_codes: [75] })
    expect(shallRetry(some, failed)).toBe(false)
    expect(shallRetry(some, { ...failed, exitCode: 75 })).toBe(true)
    expect(shallRetry(some, { ...failed, exitCode: null })).toBe(false)
    expect(shallRetry(some, { ...failed, failure: 'timeout', exitCode: null })).toBe(true)
    expect(shallRetry(policy({ exit_codes: [] }), failed)).toBe(false)
  })
})

describe('how long it waits', () => {
  test('a fixed delay stays the same', () => {
    const fixed = policy({ delay_seconds: 10 })
    expect([1, 2, 7].map((attempt) => retryDelayMs(fixed, attempt, 0.5))).toEqual([10_000, 10_000, 10_000])
  })

  test('an exponential delay doubles each time, up to its cap', () => {
    const growing = policy({ delay_seconds: 10, backoff: 'exponential', max_delay_seconds: 60 })
    const delays = [1, 2, 3, 4, 5, 1000].map((attempt) => retryDelayMs(growing, attempt, 0.5))
    expect(delays).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
  })

  test('a cap below the delay itself does not shorten it', () => {
    expect(retryDelayMs(policy({ delay_seconds: 10, max_delay_seconds: 5 }), 3, 0.5)).toBe(10_000)
  })

  test('jitter moves a delay by up to its share either way, and never below zero', async () => {
    const arbitrary = record({
      delay_seconds: integer({ min: 0, max: 1000 }),
      backoff: constantFrom('fixed' as const, 'exponential' as const),
      jitter: double({ min: 0, max: 1, noNaN: true }),
    })
    const random = double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    await assert(
      property(arbitrary, integer({ min: 1, max: 1000 }), random, (given, attempt, drawn) => {
        const plain = retryDelayMs(policy({ ...given, jitter: 0 }), attempt, drawn)
        const delay = retryDelayMs(policy(given), attempt, drawn)
        expect(Number.isInteger(delay)).toBe(true)
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(Math.abs(delay - plain)).toBeLessThanOrEqual(plain * given.jitter + 1)
      }),
    )
  })
})
