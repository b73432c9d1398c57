/** One line of a file, as an editor counts them. */
export interface SourceLine {
  /** 1-based. */
  line: number
  /** Without terminator and byte-order mark. */
  text: string
  /** False for a last line without a line end, which cron(8) does not read. */
  terminated: boolean
  /** It ended in CR LF; cron(8) would take the CR for a part of the command. */
  carriageReturn: boolean
}

const BYTE_ORDER_MARK = '\uFEFF'

/** Splits a file at LF, or at CR when it has no LF at all. A line end closes a line; it does not open another. */
export function splitLines(text: string): SourceLine[] {
  const body = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  const terminator = !body.includes('\n') && body.includes('\r') ? '\r' : '\n'
  const pieces = body.split(terminator)
  const last = pieces.pop()!
  const lines = pieces.map((piece, index) => sourceLine(piece, index + 1, true))
  if (last !== '') lines.push(sourceLine(last, lines.length + 1, false))
  return lines
}

function sourceLine(piece: string, line: number, terminated: boolean): SourceLine {
  const carriageReturn = piece.endsWith('\r')
  return { line, text: carriageReturn ? piece.slice(0, -1) : piece, terminated, carriageReturn }
}
