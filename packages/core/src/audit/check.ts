import { say } from '../language/say.ts'
import { CHAIN_START, linkText, type SealedEntry, type Sha256 } from './chain.ts'

/** How the chain stood at an instant, signed, and kept where whoever can change the database cannot reach it. */
export interface Checkpoint {
  seq: number
  hash: string
  /** Epoch ms. */
  at: number
}

/** What a server signs of a checkpoint; `at` in ISO 8601. */
export function checkpointText({ seq, hash, at }: { seq: number; hash: string; at: string }): string {
  return `rota/audit/checkpoint/v1|${seq}|${hash}|${at}`
}

/** What is wrong with the chain, and where. */
export interface ChainFault {
  seq: number
  message: string
}

export interface ChainCheck {
  /** Looks at the next entry, in the order of their numbers. */
  look(entry: SealedEntry): void
  /** What was found, once all have been looked at. */
  end(): ChainReport
}

export interface ChainReport {
  /** Entries that were looked at. */
  entries: number
  first: number | null
  last: { seq: number; hash: string; at: number } | null
  /** Checkpoints that an entry was held against. */
  checkpoints: number
  /** The first faults; what follows one that was altered is looked at on its own. */
  faults: ChainFault[]
}

const MOST_FAULTS = 100

/**
 * Holds a chain of entries against itself and against checkpoints. It finds an entry that was altered, removed, put in
 * or moved; and, by checkpoints alone, an end that was cut off or written anew. The first entry is taken as it is, where
 * what lay before it was pruned: a checkpoint vouches for it.
 */
export function checkChain(sha256: Sha256, checkpoints: readonly Checkpoint[] = []): ChainCheck {
  const faults: ChainFault[] = []
  const marks = Map.groupBy(checkpoints, ({ seq }) => seq)
  let previous: SealedEntry | null = null
  let first: number | null = null
  let [entries, compared] = [0, 0]
  const tell = (seq: number, message: string) => {
    if (faults.length < MOST_FAULTS) faults.push({ seq, message })
  }

  function follow(entry: SealedEntry): string | null {
    if (previous !== null) return entry.seq === previous.seq + 1 ? previous.hash : null
    return entry.seq === 1 ? CHAIN_START : null
  }

  function lookAtOrder(entry: SealedEntry): void {
    if (previous === null || entry.seq === previous.seq + 1) return
    const missing = entry.seq - previous.seq - 1
    if (missing === 1) tell(entry.seq, say`The entry before it is missing.`)
    else if (missing > 1) tell(entry.seq, say`${missing} entries before it are missing.`)
    else tell(entry.seq, say`Its number comes after ${previous.seq}: it was put in or moved.`)
  }

  function lookAtMarks({ seq, hash }: SealedEntry): void {
    for (const mark of marks.get(seq) ?? []) {
      compared++
      if (mark.hash === hash) continue
      tell(seq, say`It is not the entry of the checkpoint of ${instant(mark.at)}: the chain was written anew.`)
    }
    marks.delete(seq)
  }

  return {
    look(entry) {
      entries++
      first ??= entry.seq
      lookAtOrder(entry)
      if (entry.payload !== null && sha256(entry.payload) !== entry.payloadHash) {
        tell(entry.seq, say`What it tells of the change was altered.`)
      }
      const before = follow(entry)
      if (before !== null && sha256(linkText(before, entry)) !== entry.hash) {
        tell(entry.seq, say`It was altered, or the one before it was.`)
      }
      lookAtMarks(entry)
      previous = entry
    },

    end() {
      const last = previous
      if (first !== null && first > 1 && checkpoints.length > 0 && !checkpoints.some(({ seq }) => seq === first)) {
        tell(first, say`What lay before it is gone, and no checkpoint vouches for it: only what one covers is pruned.`)
      }
      for (const [seq, all] of marks) {
        if (first !== null && seq < first) continue
        if (last !== null && seq <= last.seq) continue
        tell(seq, say`The chain ends before the checkpoint of ${instant(all[0]!.at)}: its end was cut off.`)
      }
      const end = last && { seq: last.seq, hash: last.hash, at: last.at }
      return { entries, first, last: end, checkpoints: compared, faults }
    },
  }
}

const instant = (at: number) => new Date(at).toISOString()
