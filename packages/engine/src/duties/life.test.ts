import { expect, test } from 'vitest'
import { createLife, ending, type Living, together } from './life.ts'

/** Parts that write down what is asked of them; `release` lets a part's stop resolve. */
function recorded(...names: string[]) {
  const log: string[] = []
  const waiting = new Map<string, (() => void)[]>()
  const part = (name: string): Living => ({
    start: () => void log.push(`start ${name}`),
    stop({ graceMs }) {
      log.push(`stop ${name} in ${graceMs}`)
      return new Promise((resolve) => {
        waiting.set(name, [...(waiting.get(name) ?? []), resolve])
      })
    },
  })
  const release = async (name: string) => {
    for (const resolve of waiting.get(name)!) resolve()
    await new Promise(setImmediate)
  }
  return { log, parts: names.map(part), release }
}

test('parts are started in order, and stopped in reverse order, each when the one before it has stopped', async () => {
  const { log, parts, release } = recorded('a', 'b')
  const life = createLife(parts)
  life.start()
  const stopped = life.stop({ graceMs: 5 })
  expect(log).toEqual(['start a', 'start b', 'stop b in 5'])
  await release('b')
  expect(log.at(-1)).toBe('stop a in 5')
  await release('a')
  await stopped
})

test('nothing is started twice, and nothing after the end has begun', async () => {
  const { log, parts, release } = recorded('a')
  const life = createLife(parts)
  life.start()
  life.start()
  const stopped = life.stop({ graceMs: 5 })
  life.start()
  await release('a')
  await stopped
  expect(log).toEqual(['start a', 'stop a in 5'])
})

test('who asks again hastens the end: of what is ending now, and of what is still to end', async () => {
  const { log, parts, release } = recorded('a', 'b')
  const life = createLife(parts)
  life.start()
  const first = life.stop({ graceMs: 5 })
  const second = life.stop({ graceMs: 1 })
  expect(log.slice(2)).toEqual(['stop b in 5', 'stop b in 1'])
  await release('b')
  expect(log.at(-1)).toBe('stop a in 1')
  await release('a')
  await Promise.all([first, second])
})

test('what was never started need not be stopped', async () => {
  const { log, parts } = recorded('a')
  await createLife(parts).stop({ graceMs: 5 })
  expect(log).toEqual([])
})

test('a part that cannot start leaves those before it to be stopped', async () => {
  const { log, parts, release } = recorded('a')
  const broken = {
    ...ending(() => {}),
    start: () => {
      throw new Error('no')
    },
  }
  const life = createLife([...parts, broken])
  expect(() => life.start()).toThrow('no')
  const stopped = life.stop({ graceMs: 5 })
  await new Promise(setImmediate)
  await release('a')
  await stopped
  expect(log).toEqual(['start a', 'stop a in 5'])
})

test('parts that live together are stopped at the same time', async () => {
  const { log, parts, release } = recorded('a', 'b')
  const life = together(parts)
  life.start()
  const stopped = life.stop({ graceMs: 5 })
  expect(log).toEqual(['start a', 'start b', 'stop a in 5', 'stop b in 5'])
  await release('b')
  await release('a')
  await stopped
})
