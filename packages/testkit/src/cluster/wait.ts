import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again until the answer is neither undefined nor false. Throws after `withinMs`, saying `what` was awaited. */
export async function eventually<T>(
  what: string | (() => string),
  withinMs: number,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const endAt = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > endAt) {
      throw new Error(`Within ${withinMs} ms there was no ${typeof what === 'string' ? what : what()}.`)
    }
    await sleep(20)
  }
}
