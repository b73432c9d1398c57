import type { Hint, HotParts, RelayedChanges, RelayedTail } from '@rota/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HotAdapter, type OpenHot, until } from './hot-adapter.ts'

const line = (text: string) => ({ at: 1, stream: 'stdout' as const, text })

/** What instances tell one another: hints, and the output of what runs. */
export function hotMessageRules(adapter: HotAdapter): void {
  describe(`${adapter.name}: messages between instances`, () => {
    let hot: OpenHot
    beforeEach(async () => {
      hot = await adapter.open()
    })
    afterEach(() => hot.close())

    /** Collects the hints that an instance gets, once it surely gets them. */
    async function hearing(listener: HotParts, from: HotParts) {
      const heard: Hint[] = []
      listener.hints.receive((hint) => heard.push(hint))
      await until(hot, 'hint', () => {
        from.hints.send({ kind: 'work', runAt: -1 })
        return heard.length > 0
      })
      return () => heard.filter((hint) => hint.kind !== 'work' || hint.runAt > 0)
    }

    /** Collects what is relayed about an execution, once watching it is sure to be heard of by `by`. */
    async function watching(watcher: HotParts, by: HotParts, id: string) {
      const seen: RelayedTail[] = []
      const asked: string[] = []
      const ignore = by.tailRelay.onWatched((ids) => asked.push(...ids))
      const unwatch = watcher.tailRelay.watch(id, (message) => seen.push(message))
      await until(hot, 'word of a watcher', () => asked.includes(id))
      ignore()
      return { seen, unwatch }
    }

    test('a hint comes to every other instance, never back to its sender', async () => {
      const [sender, one, two] = [await hot.join(), await hot.join(), await hot.join()]
      const own = await hearing(sender, one)
      const heard = [await hearing(one, sender), await hearing(two, sender)]
      sender.hints.send({ kind: 'work', runAt: 7 })
      sender.hints.send({ kind: 'cancel' })
      for (const hints of heard) await until(hot, 'second hint', () => hints().length === 2)
      expect(heard.map((hints) => hints())).toEqual([
        [{ kind: 'work', runAt: 7 }, { kind: 'cancel' }],
        [{ kind: 'work', runAt: 7 }, { kind: 'cancel' }],
      ])
      expect(own()).toEqual([])
    })

    test('who has stopped to receive hears nothing more, others do', async () => {
      const [sender, receiver] = [await hot.join(), await hot.join()]
      const first: Hint[] = []
      const stop = receiver.hints.receive((hint) => first.push(hint))
      const rest = await hearing(receiver, sender)
      stop()
      const before = first.length
      sender.hints.send({ kind: 'cancel' })
      await until(hot, 'hint', () => rest().length > 0)
      expect(first).toHaveLength(before)
    })

    test('a listener that throws keeps no hint from the others', async () => {
      const [sender, receiver] = [await hot.join(), await hot.join()]
      receiver.hints.receive(() => {
        throw new Error('broken')
      })
      const heard = await hearing(receiver, sender)
      sender.hints.send({ kind: 'cancel' })
      await until(hot, 'hint', () => heard().length > 0)
    })

    test('whoever runs an execution hears that it is watched elsewhere, at once and again and again', async () => {
      const [runner, watcher] = [await hot.join(), await hot.join()]
      const asked: string[] = []
      runner.tailRelay.onWatched((ids) => asked.push(...ids))
      const unwatch = watcher.tailRelay.watch('e', () => {})
      await until(hot, 'second word of a watcher', () => asked.length >= 2)
      unwatch()
      expect(new Set(asked)).toEqual(new Set(['e']))
    })

    test('lines come in order, with their numbers, to those who watch that execution', async () => {
      const [runner, watcher] = [await hot.join(), await hot.join()]
      const { seen } = await watching(watcher, runner, 'e')
      const other = await watching(watcher, runner, 'other')
      runner.tailRelay.send('e', { kind: 'here', no: 5 })
      runner.tailRelay.send('e', { kind: 'lines', no: 5, attempt: 2, lines: [line('five'), line('six\0 \u2028 😀')] })
      runner.tailRelay.send('e', { kind: 'end' })
      await until(hot, 'end', () => seen.at(-1)?.kind === 'end')
      expect(seen).toEqual([
        { kind: 'here', no: 5 },
        { kind: 'lines', no: 5, attempt: 2, lines: [line('five'), line('six\0 \u2028 😀')] },
        { kind: 'end' },
      ])
      expect(other.seen).toEqual([])
    })

    test('much output comes in several messages whose numbers go on', async () => {
      const [runner, watcher] = [await hot.join(), await hot.join()]
      const { seen } = await watching(watcher, runner, 'e')
      const lines = Array.from({ length: 40 }, (_, i) => line(`${i} ${'x'.repeat(10_000)}`))
      runner.tailRelay.send('e', { kind: 'lines', no: 100, attempt: 1, lines })
      runner.tailRelay.send('e', { kind: 'end' })
      await until(hot, 'end', () => seen.at(-1)?.kind === 'end')
      const messages = seen.filter((message) => message.kind === 'lines')
      expect(messages.length).toBeGreaterThan(2)
      let next = 100
      for (const message of messages) {
        expect(message.no).toBe(next)
        next += message.lines.length
      }
      expect(messages.flatMap((message) => message.lines)).toEqual(lines)
    })

    test('who no longer watches gets nothing, who still does goes on', async () => {
      const [runner, watcher] = [await hot.join(), await hot.join()]
      const gone = await watching(watcher, runner, 'e')
      const { seen } = await watching(watcher, runner, 'e')
      gone.unwatch()
      gone.unwatch()
      runner.tailRelay.send('e', { kind: 'end' })
      await until(hot, 'end', () => seen.length > 0)
      expect(gone.seen).toEqual([])
    })

    /** Collects what is told to a live page, once all of `by` know that it wants to hear. */
    async function hearingChanges(reader: HotParts, ...by: HotParts[]) {
      const heard: RelayedChanges[] = []
      const stop = reader.changeRelay.want((message) => heard.push(message))
      await until(hot, 'word of a reader', () => by.every(({ changeRelay }) => changeRelay.isWanted))
      return { heard, stop }
    }

    test('changes come from every other instance, in order, to those who want to hear', async () => {
      const [one, two, reader, deaf] = [await hot.join(), await hot.join(), await hot.join(), await hot.join()]
      const { heard } = await hearingChanges(reader, one, two, deaf)
      one.changeRelay.send(7, { changes: [{ id: 'a' }], hasGap: false })
      one.changeRelay.send(8, { changes: [{ id: 'b' }, { id: 'c' }], hasGap: false })
      await until(hot, 'second message', () => heard.length === 2)
      two.changeRelay.send(0, { changes: [{ id: 'd' }], hasGap: false })
      await until(hot, 'third message', () => heard.length === 3)
      expect(heard.map(({ hasGap }) => hasGap)).toEqual([false, false, false])
      expect(heard.flatMap(({ changes }) => changes)).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }])
    })

    test('a number that was left out, and what a sender had to drop, is a gap', async () => {
      const [sender, reader] = [await hot.join(), await hot.join()]
      const { heard } = await hearingChanges(reader, sender)
      sender.changeRelay.send(0, { changes: [1], hasGap: true })
      sender.changeRelay.send(1, { changes: [2], hasGap: false })
      sender.changeRelay.send(3, { changes: [4], hasGap: false })
      sender.changeRelay.send(4, { changes: [5], hasGap: false })
      await until(hot, 'fourth message', () => heard.length === 4)
      expect(heard.map(({ hasGap }) => hasGap)).toEqual([true, false, true, false])
    })

    test('changes are wanted as long as anybody wants to hear, and not much longer', async () => {
      const [sender, reader] = [await hot.join(), await hot.join()]
      const { stop } = await hearingChanges(reader, sender)
      expect(reader.changeRelay.isWanted).toBe(false)
      stop()
      await until(hot, 'end of the wish', () => !sender.changeRelay.isWanted)
    })
  })
}
