import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { AttemptKey, NodeLease, RunOutcome } from '@rota/core'
import type { Journal, Restored } from '@rota/node-side'
import { writeWhole } from './write-whole.ts'

/** A line of the journal. */
type Entry =
  | { accepted: NodeLease & { owner: string; restarts: number } }
  | { ended: AttemptKey & { outcome: RunOutcome } }
  | { forgotten: AttemptKey }

/** Beyond this it is written anew with what is still in hand. */
const COMPACT_BYTES = 4 * 1_048_576

const keyOf = ({ executionId, fence }: AttemptKey) => `${executionId}/${fence}`

/**
 * What the node has in hand, as lines of a file to which one is added for each change: it outlives the process, not a
 * power cut. After that the server learns from the greeting that the node has nothing.
 */
export class FileJournal implements Journal {
  /** What an earlier process had in hand. */
  readonly restored: readonly Restored[]
  readonly #path: string
  readonly #onProblem: (error: Error) => void
  readonly #live = new Map<string, Restored>()
  #fd: number
  #bytes = 0

  constructor(path: string, onProblem: (error: Error) => void) {
    this.#path = path
    this.#onProblem = onProblem
    for (const entry of read(path)) this.#apply(entry)
    for (const [key, restored] of this.#live) this.#live.set(key, { ...restored, restarts: restored.restarts + 1 })
    this.restored = [...this.#live.values()]
    this.#fd = this.#compact()
  }

  accepted(lease: NodeLease, owner: string): void {
    this.#add({ accepted: { ...lease, owner, restarts: 0 } })
  }

  ended({ executionId, fence }: AttemptKey, outcome: RunOutcome): void {
    this.#add({ ended: { executionId, fence, outcome } })
  }

  forgotten({ executionId, fence }: AttemptKey): void {
    if (this.#live.has(keyOf({ executionId, fence }))) this.#add({ forgotten: { executionId, fence } })
  }

  close(): void {
    closeSync(this.#fd)
  }

  #add(entry: Entry): void {
    this.#apply(entry)
    try {
      this.#bytes += writeSync(this.#fd, `${JSON.stringify(entry)}\n`)
      if (this.#bytes <= COMPACT_BYTES) return
      closeSync(this.#fd)
      this.#fd = this.#compact()
    } catch (error) {
      // Work goes on: what a crash would lose is worth less than what stopping would.
      this.#onProblem(error as Error)
    }
  }

  #apply(entry: Entry): void {
    if ('accepted' in entry) {
      this.#live.set(keyOf(entry.accepted), { ...entry.accepted, outcome: null })
      return
    }
    if ('forgotten' in entry) {
      this.#live.delete(keyOf(entry.forgotten))
      return
    }
    const live = this.#live.get(keyOf(entry.ended))
    if (live !== undefined) this.#live.set(keyOf(entry.ended), { ...live, outcome: entry.ended.outcome })
  }

  /** Answers the file, open for adding. */
  #compact(): number {
    const entries = [...this.#live.values()].flatMap(({ outcome, ...accepted }): Entry[] => {
      const { executionId, fence } = accepted
      return outcome === null ? [{ accepted }] : [{ accepted }, { ended: { executionId, fence, outcome } }]
    })
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    writeWhole(this.#path, text)
    // So that what is live alone never makes it be written anew with each line.
    this.#bytes = -text.length
    return openSync(this.#path, 'a', 0o600)
  }
}

/** A line that a killed process has not finished is the last one, and counts for nothing. */
function read(path: string): Entry[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Entry]
    } catch {
      return []
    }
  })
}
