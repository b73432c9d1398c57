import type { Hint, Hints } from '../ports/hints.ts'
import type { Bus } from './bus.ts'

const TOPIC = 'hints'

export function createHints(bus: Bus): Hints {
  return {
    send: (hint) => bus.publish(TOPIC, JSON.stringify(hint)),
    receive(listener) {
      // Whatever was sent while nobody listened here is made up for by one look.
      const onReady = () => listener({ kind: 'work', runAt: 0 })
      return bus.subscribe(TOPIC, (text) => listener(JSON.parse(text) as Hint), onReady)
    },
  }
}
