import { expect, test } from 'vitest'
import type { Usage } from './facts.ts'
import { HEALTHY, type HealthMemory, judgeHealth } from './health.ts'

const thresholds = { cpu: 0.8, memory: 0.85, disk: 0.9, gpu: 1 }
const busy = (cpu: number): Usage => ({ cpu, memory: null, disk: null, gpu: 1 })

function judged(loads: readonly [at: number, cpu: number][]) {
  let memory: HealthMemory = HEALTHY
  return loads.map(([at, cpu]) => {
    const health = judgeHealth(busy(cpu), { thresholds, memory, at })
    memory = health.memory
    return health
  })
}

test('a node is degraded from its threshold on, and well again only a little below it', () => {
  const states = judged([
    [0, 0.79],
    [1, 0.8],
    [2, 0.79],
    [3, 0.76],
    [4, 0.74],
  ]).map(({ state }) => state)
  expect(states).toEqual(['ready', 'degraded', 'degraded', 'degraded', 'ready'])
})

test('the reason names what is over and by how much', () => {
  expect(judged([[0, 0.925]])[0]).toMatchObject({
    reason: '93 % of its processors are in use; the threshold is 80 %.',
  })
})

test('what is not known, and what has no threshold, makes nobody degraded', () => {
  const nothing: Usage = { cpu: null, memory: null, disk: null, gpu: 1 }
  expect(judgeHealth(nothing, { thresholds, memory: HEALTHY, at: 0 }).state).toBe('ready')
})

test('who goes over a threshold again and again stays degraded until it has been calm for two minutes', () => {
  const second = 1_000
  const states = judged([
    [0, 0.9],
    [second, 0.1],
    [2 * second, 0.9],
    [3 * second, 0.1],
    [4 * second, 0.9],
    [5 * second, 0.1],
    [100 * second, 0.1],
    [125 * second, 0.1],
  ]).map(({ state }) => state)
  expect(states.slice(0, 5)).toEqual(['degraded', 'ready', 'degraded', 'ready', 'degraded'])
  expect(states.slice(5)).toEqual(['degraded', 'degraded', 'ready'])
})

test('falls of long ago are forgotten', () => {
  const minute = 60_000
  const health = judged([
    [0, 0.9],
    [minute, 0.1],
    [20 * minute, 0.9],
    [21 * minute, 0.1],
    [40 * minute, 0.9],
    [40 * minute + 1, 0.1],
  ])
  expect(health.at(-1)).toMatchObject({ state: 'ready', reason: '' })
})
