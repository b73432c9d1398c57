import { randomBytes } from 'node:crypto'
import { processBirth } from './process-birth.ts'

/** Tells the runs of this process from those of every other, earlier ones with the same pid included. */
const PROCESS_NONCE = randomBytes(8).toString('hex')
/** So that whoever finds a program can ask whether the server that started it lives. */
const SERVER = `${process.pid}-${processBirth(process.pid) ?? 0}`
let count = 0

/** A new mark for one attempt: unguessable, unique, and usable as a file name. */
export function newRunMark(): string {
  return `${PROCESS_NONCE}-${SERVER}-${++count}`
}

/** True for the mark of an attempt that this process started. */
export function isCurrentRunMark(mark: string): boolean {
  return mark.startsWith(`${PROCESS_NONCE}-`)
}

/** True for the mark of an attempt whose server is another process that lives: its programs are nobody's orphans. */
export function hasOtherServer(mark: string): boolean {
  const [, pid, birth] = /^[0-9a-f]{16}-(\d+)-(\d+)-\d+$/.exec(mark) ?? []
  if (pid === undefined || birth === '0' || Number(pid) === process.pid) return false
  return processBirth(Number(pid)) === birth
}
