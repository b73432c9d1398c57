import { randomUUID } from 'node:crypto'
import type { Clock, Timer } from '@rota/core'
import { type ChangeRelay, FORGOTTEN_AFTER_MS, type RelayedChanges, WANT_MS } from '../ports/change-relay.ts'
import type { Bus } from './bus.ts'

const WANTED = 'changes-wanted'
const CHANGES = 'changes'
/** Who begins to listen within this misses nothing that a page just opened would not have read. */
const PROMPT_MS = 1_000

interface Message extends RelayedChanges {
  sender: string
  no: number
}

export function createChangeRelay(bus: Bus, clock: Clock): ChangeRelay & { close(): void } {
  const self = randomUUID().slice(0, 8)
  const wanting = new Set<() => void>()
  /** Runs while somebody wants to hear. */
  let forgetting: Timer | null = null
  const ignoreWanted = bus.subscribe(WANTED, () => {
    forgetting?.cancel()
    forgetting = clock.after(FORGOTTEN_AFTER_MS, () => {
      forgetting = null
    })
  })

  const sayWanted = () => bus.publish(WANTED, '')

  return {
    get isWanted() {
      return forgetting !== null
    },

    send: (no, message) => bus.publish(CHANGES, JSON.stringify({ sender: self, no, ...message } satisfies Message)),

    want(listener) {
      /** By sender, the number that its next message should have. */
      const awaited = new Map<string, number>()
      const since = clock.monotonic()
      let isFirst = true
      let timer: Timer = clock.after(WANT_MS, remind)

      function remind() {
        sayWanted()
        timer = clock.after(WANT_MS, remind)
      }

      function hear(text: string) {
        const { sender, no, changes, hasGap } = JSON.parse(text) as Message
        const expected = awaited.get(sender) ?? no
        awaited.set(sender, no + changes.length)
        listener({ changes, hasGap: hasGap || no !== expected })
      }

      const unsubscribe = bus.subscribe(CHANGES, hear, () => {
        // Only now does an answer find us.
        sayWanted()
        const hasMissed = !isFirst || clock.monotonic() - since > PROMPT_MS
        isFirst = false
        if (!hasMissed) return
        awaited.clear()
        listener({ changes: [], hasGap: true })
      })
      const stop = () => {
        wanting.delete(stop)
        timer.cancel()
        unsubscribe()
      }
      wanting.add(stop)
      return stop
    },

    close() {
      ignoreWanted()
      forgetting?.cancel()
      for (const stop of wanting) stop()
    },
  }
}
