/** An open loop: so many a second, whatever becomes of them. */
import { preciseNow, sleep } from './embedded.ts'

/** Calls `act` with the instant at which it was due; what is late is made up for in one turn. */
export async function pace(
  { perSecond, count }: { perSecond: number; count: number },
  act: (dueAt: number) => void,
): Promise<void> {
  const from = preciseNow()
  for (let done = 0; done < count; ) {
    const due = Math.min(count, Math.floor(((preciseNow() - from) / 1_000) * perSecond) + 1)
    for (; done < due; done++) act(from + (done * 1_000) / perSecond)
    await sleep(1)
  }
}
