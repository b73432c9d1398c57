import type { SchedulerEvent } from '../events.ts'
import type { Scheduler } from '../scheduler.ts'

type EventOf<Type extends SchedulerEvent['type']> = Extract<SchedulerEvent, { type: Type }>

/** Resolves with the first event of a type that comes from now on, and passes the test where one is given. */
export function nextEvent<Type extends SchedulerEvent['type']>(
  scheduler: Scheduler,
  type: Type,
  test: (event: EventOf<Type>) => boolean = () => true,
): Promise<EventOf<Type>> {
  return new Promise((resolve) => {
    const off = scheduler.on((event) => {
      if (event.type !== type || !test(event as EventOf<Type>)) return
      off()
      resolve(event as EventOf<Type>)
    })
  })
}

/** Some turns of the event loop: what needs no other thread has come to rest by then. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve))
}
