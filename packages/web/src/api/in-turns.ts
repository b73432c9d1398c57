/** Requests under way at once: so many that waiting costs little, so few that the server serves others too. */
const AT_ONCE = 6

/** Does something for each, some at a time, until it is stopped. */
export async function inTurns<Each>(
  all: Iterable<Each>,
  signal: AbortSignal,
  work: (each: Each) => Promise<void>,
): Promise<void> {
  const waiting = Iterator.from(all)
  const takeTurns = async () => {
    for (const each of waiting) {
      if (signal.aborted) return
      await work(each)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns))
}
