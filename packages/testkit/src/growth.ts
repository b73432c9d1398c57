/** Sizes of an input in relation to the smallest; the largest is the largest that is allowed. */
export const SCALES = [1, 2, 4] as const
export type Scale = (typeof SCALES)[number]

/** By how much twice the input may take longer: more than double, for what the machine does beside, but not four times. */
export const STEEPEST = 2.5

/** Less than this holds nobody up, and two of them would compare the collector's moods. */
const FLOOR_MS = 15
const FEWEST_ROUNDS = 2
/** What is steep stays so, however often it is timed; a busy machine needs a few more to be told from it. */
const MOST_ROUNDS = 12

/**
 * How steeply the work grows with its input: by how much the last doubling takes longer, or all of them on average where
 * that is more. The first doubling alone says little: what is small fits a cache that others share, and a reader that
 * looks at each line once was seen at 2.7 there, and at 2 in the next. Times are this thread's processor time, so that
 * other processes do not count, and the best of several rounds, so that pauses do not; rounds go on while the result is
 * too steep.
 */
export async function steepness(work: (scale: Scale) => unknown): Promise<number> {
  const best = SCALES.map(() => Number.POSITIVE_INFINITY)
  let steepest = Number.POSITIVE_INFINITY
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (const [index, scale] of SCALES.entries()) best[index] = Math.min(best[index]!, await cpuMs(() => work(scale)))
    const [first, middle, last] = best.map(floored) as [number, number, number]
    steepest = Math.max(last / middle, Math.sqrt(last / first))
    if (round + 1 >= FEWEST_ROUNDS && steepest <= STEEPEST) break
  }
  return steepest
}

/** Processor time of this thread until `work` is done. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const begun = process.threadCpuUsage()
  await work()
  const { user, system } = process.threadCpuUsage(begun)
  return (user + system) / 1_000
}

function floored(ms: number): number {
  return Math.max(ms, FLOOR_MS)
}
