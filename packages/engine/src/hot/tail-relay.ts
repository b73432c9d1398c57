import type { Clock, Timer } from '@rota/core'
import { type RelayedTail, type TailRelay, WATCH_MS } from '../ports/tail-relay.ts'
import type { Bus } from './bus.ts'

const WATCHED = 'watched'
const topicOf = (executionId: string) => `tail:${executionId}`

/** Characters of output in one message. */
const MOST_PER_MESSAGE = 128 * 1024

export function createTailRelay(bus: Bus, clock: Clock): TailRelay & { close(): void } {
  /** What is watched here, by how many. */
  const watched = new Map<string, number>()
  let timer: Timer | null = null

  function remind() {
    timer = null
    if (watched.size === 0) return
    bus.publish(WATCHED, JSON.stringify([...watched.keys()]))
    timer = clock.after(WATCH_MS, remind)
  }

  return {
    send(executionId, message) {
      for (const part of partsOf(message)) bus.publish(topicOf(executionId), JSON.stringify(part))
    },

    onWatched: (listener) => bus.subscribe(WATCHED, (text) => listener(JSON.parse(text) as string[])),

    watch(executionId, listener) {
      watched.set(executionId, (watched.get(executionId) ?? 0) + 1)
      timer ??= clock.after(WATCH_MS, remind)
      const unsubscribe = bus.subscribe(
        topicOf(executionId),
        (text) => listener(JSON.parse(text) as RelayedTail),
        // Only now does an answer find us.
        () => bus.publish(WATCHED, JSON.stringify([executionId])),
      )
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        unsubscribe()
        const left = watched.get(executionId)! - 1
        if (left === 0) watched.delete(executionId)
        else watched.set(executionId, left)
      }
    },

    close() {
      timer?.cancel()
      watched.clear()
    },
  }
}

/** One message, or several of a bearable size. */
function* partsOf(message: RelayedTail): Generator<RelayedTail> {
  if (message.kind !== 'lines') {
    yield message
    return
  }
  let begin = 0
  let size = 0
  for (const [i, line] of message.lines.entries()) {
    if (i > begin && size + line.text.length > MOST_PER_MESSAGE) {
      yield { ...message, no: message.no + begin, lines: message.lines.slice(begin, i) }
      begin = i
      size = 0
    }
    size += line.text.length
  }
  yield begin === 0 ? message : { ...message, no: message.no + begin, lines: message.lines.slice(begin) }
}
