import type { HotParts } from '@rota/engine'

/** A hot state under test. */
export interface HotAdapter {
  name: string
  /** A fresh one, empty. */
  open(): Promise<OpenHot>
}

export interface OpenHot {
  /** What one instance gets of it, ready to send and to receive. */
  join(): Promise<HotParts>
  /** Lets a little time pass, so that messages arrive and terms end. */
  passTime(): Promise<void>
  close(): Promise<void>
}

/** Lets time pass until the answer is neither undefined nor false. */
export async function until<T>(
  hot: OpenHot,
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (let tries = 0; tries < 2_000; tries++) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    await hot.passTime()
  }
  throw new Error(`There was no ${what}.`)
}
