import type { Clock, Timer } from '@rota/core'
import type { NodeDelta } from '../ports/reservations.ts'
import type { Bus } from './bus.ts'

const TOPIC = 'node-room'
/** Changes of so long go in one message: a node's last says all, and a busy instance sends 200 a second. */
const GATHER_MS = 5

/** Tells everybody of changes of room: those who listen here at once, other instances by the bus. */
export function createDeltas(bus: Bus, clock: Clock) {
  const listeners = new Set<(delta: NodeDelta) => void>()
  const gathered = new Map<string, NodeDelta>()
  let timer: Timer | null = null
  const ignore = bus.subscribe(TOPIC, (text) => {
    for (const delta of JSON.parse(text) as NodeDelta[]) tellAll(delta)
  })

  function send() {
    timer = null
    bus.publish(TOPIC, JSON.stringify([...gathered.values()]))
    gathered.clear()
  }

  function tellAll(delta: NodeDelta) {
    for (const listener of [...listeners]) {
      try {
        listener(delta)
      } catch {}
    }
  }

  return {
    changed(delta: NodeDelta) {
      tellAll(delta)
      // An answer may have overtaken another.
      if ((gathered.get(delta.node)?.version ?? 0) > delta.version) return
      gathered.set(delta.node, delta)
      timer ??= clock.after(GATHER_MS, send)
    },
    listen(listener: (delta: NodeDelta) => void) {
      const own = (delta: NodeDelta) => listener(delta)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    close() {
      timer?.cancel()
      ignore()
    },
  }
}
