import type { Clock } from '@rota/core'
import type { IntegrityApi } from './integrity-thread.ts'
import { Thread } from './thread.ts'

/** What is wrong with a database file, in SQLite's words, from a look at every page of it. Empty when nothing is. */
export async function checkIntegrity(file: string, options: { quick: boolean }): Promise<string[]> {
  const thread = new Thread<IntegrityApi>('./integrity-thread', import.meta.url, { file })
  try {
    return await thread.call('check', options)
  } finally {
    await thread.end()
  }
}

/** A start waits so long for the check; what takes longer goes on beside the work. */
const WAIT_MS = 1_500

export interface StartCheckOptions {
  file: string
  clock: Clock
  /** Told what is found when the start is over already. */
  onLate: (findings: string[]) => void
}

/**
 * The quick check at the start: what it finds within a moment is answered. A large file takes longer, and then the
 * findings are told when they are there.
 */
export function checkAtStart({ file, clock, onLate }: StartCheckOptions): Promise<string[]> {
  return new Promise((resolve) => {
    let isOver = false
    const answer = (findings: string[]) => {
      if (isOver && findings.length > 0) onLate(findings)
      isOver = true
      timer.cancel()
      resolve(findings)
    }
    const timer = clock.after(WAIT_MS, () => answer([]))
    // The store is being closed, or there are no threads to be had: that is no finding.
    checkIntegrity(file, { quick: true }).then(answer, () => answer([]))
  })
}
