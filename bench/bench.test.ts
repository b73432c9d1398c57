import { expect, test } from 'vitest'
import { installPeer, percentiles } from './bench.ts'

test('percentiles are nearest ranks: values that occurred, whatever the order of the samples', () => {
  const samples = Float64Array.from({ length: 1000 }, (_, index) => 1000 - index)
  expect(percentiles(samples)).toEqual({ min: 1, p50: 500, p90: 900, p99: 990, p999: 999, max: 1000, mean: 500.5 })
  expect(samples[0]).toBe(1000)
})

test('a single sample is every percentile, and none is refused', () => {
  expect(percentiles(Float64Array.of(7))).toEqual({ min: 7, p50: 7, p90: 7, p99: 7, p999: 7, max: 7, mean: 7 })
  expect(() => percentiles(new Float64Array())).toThrow(RangeError)
})

test('a peer is named with its exact version, so that a figure can be repeated', async () => {
  await expect(installPeer('croner', 'latest')).rejects.toThrow(TypeError)
  await expect(installPeer('croner', '^10.0.0')).rejects.toThrow(TypeError)
})
