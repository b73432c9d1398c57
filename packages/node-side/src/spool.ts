import type { LogLine } from '@rota/core'

/** Lines of one attempt that nobody has taken yet, in order, bounded; what is cut is told by a line in its place. */
export interface Spool {
  readonly isEmpty: boolean
  add(lines: readonly LogLine[]): void
  /** The next ones, at least one while there are any, and about `mostChars` of text. */
  take(mostChars: number): LogLine[]
  /** Bytes that were cut. */
  readonly droppedBytes: number
  /** Forgets everything and gives back its room. */
  close(): void
}

/** Makes the spools of attempts. */
export interface Spools {
  open(executionId: string, fence: number): Spool
}

/** What a line costs beside its text. */
export const LINE_COST = 32

export const costOf = (line: LogLine) => line.text.length + LINE_COST

/** The first lines of `lines`, about `mostChars` of text, but at least one. */
export function headOf(lines: readonly LogLine[], mostChars: number, most: number): LogLine[] {
  let chars = 0
  let count = 0
  while (count < lines.length && count < most && (count === 0 || chars + costOf(lines[count]!) <= mostChars)) {
    chars += costOf(lines[count++]!)
  }
  return lines.slice(0, count)
}
