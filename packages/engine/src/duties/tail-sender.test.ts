import { createRandom, ManualClock } from '@rota/testkit'
import { describe, expect, test } from 'vitest'
import { createMemoryHub } from '../hot/memory/open.ts'
import { createMemoryTails } from '../hot/memory/tails.ts'
import type { LogLine, LogStore, NumberedLine } from '../ports/logs.ts'
import { type RelayedTail, type TailRelay, WATCH_MS } from '../ports/tail-relay.ts'
import { createMemoryLogStore } from '../store/memory/log-store.ts'
import { followLog } from '../use-cases/executions/follow-log.ts'
import { createTailSender } from './tail-sender.ts'

/** The log as an instance writes it: lines are gathered, and others see them once they are written. */
function gathering(stored: LogStore, clock: ManualClock): LogStore {
  let gathered: { id: string; attempt: number; lines: readonly LogLine[] }[] = []
  const write = () => {
    for (const { id, attempt, lines } of gathered.splice(0)) stored.append(id, attempt, lines)
  }
  return {
    ...stored,
    append(id, attempt, lines) {
      if (gathered.length === 0) clock.after(200, write)
      gathered.push({ id, attempt, lines })
      return true
    },
    async flush(id) {
      const sealed = gathered
      gathered = []
      for (const batch of sealed) stored.append(batch.id, batch.attempt, batch.lines)
      const total = (await stored.read(id, {})).total
      await Promise.resolve()
      return total
    },
    status: stored.status.bind(stored),
    read: stored.read.bind(stored),
  }
}

/** A cluster with one log store: whoever runs an execution, and whoever watches it elsewhere. */
function cluster() {
  const clock = new ManualClock()
  const hub = createMemoryHub(clock)
  const stored = createMemoryLogStore()
  let written = 0
  let isFinal = false

  function runner() {
    const tails = createMemoryTails()
    const logs = gathering(stored, clock)
    const { tailRelay } = hub.join()
    const sent: RelayedTail[] = []
    const relay: TailRelay = {
      ...tailRelay,
      send(id, message) {
        sent.push(message)
        tailRelay.send(id, message)
      },
    }
    let isRunning = true
    const sender = createTailSender({ clock, logs, tails, relay, isRunning: () => isRunning })
    sender.start()
    return {
      sent,
      write(count: number, attempt = 1) {
        const lines = Array.from({ length: count }, () => ({ at: 0, stream: 'stdout' as const, text: `${written++}` }))
        tails.publish('e', attempt, lines)
        logs.append('e', attempt, lines)
      },
      stand: (text: string | null) =>
        tails.publishUnfinished('e', text === null ? null : { stream: 'stdout', text, since: 0 }),
      async end() {
        await logs.flush('e')
        isRunning = false
        tails.end('e')
      },
      die: () => sender.stop(),
    }
  }

  /** Collects what comes; `relay` may lose what it likes. */
  function watch(relay: TailRelay = hub.join().tailRelay, from = 0) {
    const seen: NumberedLine[] = []
    const stop = new AbortController()
    const standing: (string | null)[] = []
    const lines = followLog(stored, createMemoryTails(), {
      onUnfinished: (line) => standing.push(line?.text ?? null),
      id: 'e',
      from,
      signal: stop.signal,
      isFinal: async () => isFinal,
      clock,
      remote: { relay, isHere: () => false, pollMs: 1_000 },
    })
    const done = (async () => {
      for await (const batch of lines) seen.push(...batch)
    })()
    return { seen, standing, stop, done, numbers: () => seen.map((line) => line.no) }
  }

  return {
    ...{ clock, hub, runner, watch },
    written: () => written,
    finish: () => {
      isFinal = true
    },
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('output of an execution on another instance', () => {
  test('comes at once, without waiting for the next look into the log', async () => {
    const it = cluster()
    const one = it.runner()
    const { numbers, stop, done } = it.watch()
    await it.clock.advance(0)
    one.write(3)
    await it.clock.advance(60)
    one.write(2)
    await it.clock.advance(60)
    expect(numbers()).toEqual(upTo(5))
    stop.abort()
    await done
  })

  test('includes what was written before anybody watched', async () => {
    const it = cluster()
    const one = it.runner()
    one.write(10)
    const { numbers, stop, done } = it.watch()
    await it.clock.advance(60)
    one.write(1)
    await it.clock.advance(60)
    expect(numbers()).toEqual(upTo(11))
    stop.abort()
    await done
  })

  test('is read from the log when nobody can send it', async () => {
    const it = cluster()
    const one = it.runner()
    const deaf: TailRelay = { send() {}, onWatched: () => () => {}, watch: () => () => {} }
    const { numbers, done } = it.watch(deaf)
    await it.clock.advance(0)
    one.write(4)
    await it.clock.advance(1_500)
    expect(numbers()).toEqual(upTo(4))
    one.write(1)
    await one.end()
    it.finish()
    await it.clock.advance(2_000)
    await done
    expect(numbers()).toEqual(upTo(5))
  })

  test('goes on when another instance takes the execution over', async () => {
    const it = cluster()
    const one = it.runner()
    const { numbers, done } = it.watch()
    await it.clock.advance(0)
    one.write(5)
    await it.clock.advance(60)
    one.die()
    const two = it.runner()
    await it.clock.advance(1_000)
    two.write(5, 2)
    await it.clock.advance(2 * WATCH_MS)
    two.write(5, 2)
    await two.end()
    it.finish()
    await it.clock.advance(60)
    await done
    expect(numbers()).toEqual(upTo(15))
  })

  test('has its unfinished line, also for who comes later, until it ends or the instance is heard of no more', async () => {
    const it = cluster()
    const one = it.runner()
    const early = it.watch()
    await it.clock.advance(60)
    one.stand('10 %')
    await it.clock.advance(60)
    one.stand('20 %')
    await it.clock.advance(60)
    const late = it.watch()
    await it.clock.advance(60)
    one.stand(null)
    one.write(1)
    await it.clock.advance(60)
    one.stand('and then')
    await it.clock.advance(60)
    one.die()
    await it.clock.advance(3 * WATCH_MS)
    expect(early.standing).toEqual(['10 %', '20 %', null, 'and then', null])
    expect(late.standing).toEqual(['20 %', null, 'and then', null])
    expect(early.numbers()).toEqual([0])
    for (const { stop, done } of [early, late]) {
      stop.abort()
      await done
    }
  })

  test('is sent no longer when the last watcher has gone', async () => {
    const it = cluster()
    const one = it.runner()
    const { stop, done } = it.watch()
    await it.clock.advance(60)
    stop.abort()
    await done
    await it.clock.advance(5 * WATCH_MS)
    const before = one.sent.length
    one.write(1)
    await it.clock.advance(1_000)
    expect(before).toBeGreaterThan(0)
    expect(one.sent).toHaveLength(before)
    expect(it.clock.pendingTimers).toBe(0)
  })

  test('comes exactly once and in order, whatever messages are lost', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = createRandom(seed)
      const it = cluster()
      const lossy = (): TailRelay => {
        const relay = it.hub.join().tailRelay
        const loss = random.pick([0, 0.2, 0.9])
        return {
          ...relay,
          watch: (id, listener) => relay.watch(id, (message) => random.chance(loss) || listener(message)),
        }
      }
      let current = it.runner()
      const watchers = [it.watch(lossy())]
      for (let step = 0; step < 40; step++) {
        if (random.chance(0.1)) watchers.push(it.watch(lossy()))
        if (random.chance(0.05)) {
          // What an instance has not written dies with it; here it has.
          await current.end()
          current.die()
          current = it.runner()
        }
        current.write(random.int(0, 6))
        await it.clock.advance(random.pick([0, 1, 30, 300, 7_000]))
      }
      await current.end()
      it.finish()
      await it.clock.advance(20_000)
      for (const { done, numbers } of watchers) {
        await done
        expect(numbers(), `seed ${seed}`).toEqual(upTo(it.written()))
      }
    }
  })
})
