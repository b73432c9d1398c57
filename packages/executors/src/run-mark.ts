import { randomBytes } from 'node:crypto'

/** Tells the runs of this process from those of every other, earlier ones with the same pid included. */
const PROCESS_NONCE = randomBytes(8).toString('hex')
let count = 0

/** A new mark for one attempt: unguessable, unique, and usable as a file name. */
export function newRunMark(): string {
  return `${PROCESS_NONCE}-${++count}`
}

/** True for the mark of an attempt that this process started. */
export function isCurrentRunMark(mark: string): boolean {
  return mark.startsWith(`${PROCESS_NONCE}-`)
}
