import { expect, test } from 'vitest'
import { heatOf } from './heat.ts'

test('an hour falls into the weekday and hour of the zone that is looked at', () => {
  // Sunday evening in UTC is Monday morning in Shanghai.
  const point = { at: '2026-11-22T20:00:00.000Z', total: 3, failed: 1 }
  expect(heatOf([point], 'UTC').find(({ total }) => total > 0)).toEqual({ weekday: 6, hour: 20, total: 3, failed: 1 })
  expect(heatOf([point], 'Asia/Shanghai').find(({ total }) => total > 0)).toMatchObject({ weekday: 0, hour: 4 })
})

test('the same hour of different weeks is added up', () => {
  const points = ['2026-11-16T08:00:00Z', '2026-11-23T08:00:00Z'].map((at) => ({ at, total: 2, failed: 0 }))
  expect(heatOf(points, 'UTC')[8]).toEqual({ weekday: 0, hour: 8, total: 4, failed: 0 })
})
