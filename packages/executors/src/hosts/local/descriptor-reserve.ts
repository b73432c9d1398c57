import { closeSync, openSync } from 'node:fs'

/** Two socket pairs, the start's own status pipe, /dev/null, and some for the cgroup's files. */
const NEEDED = 12

let hasRunOut = false

/**
 * Throws the OS's EMFILE when a start would run out of descriptors. Node loses both pipes of a start that fails so
 * (2 descriptors each time), so after the first such failure every start is preceded by a try.
 */
export function ensureDescriptors(): void {
  if (!hasRunOut) return
  const taken: number[] = []
  try {
    for (let count = 0; count < NEEDED; count++) taken.push(openSync('/dev/null', 'r'))
  } finally {
    for (const descriptor of taken) closeSync(descriptor)
  }
}

/** Remembers that a start failed for lack of descriptors. */
export function noteStartFailure(error: unknown): void {
  if (['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '')) hasRunOut = true
}
