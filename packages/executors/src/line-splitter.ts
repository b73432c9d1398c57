import { withoutTrailing } from '@rota/core'

/** A line without a newline is cut into pieces of this many characters, so that no line can fill the memory. */
export const LONGEST_LINE = 65_536

const NEWLINE = '\n'

/** Bytes at the end of `bytes` that begin a UTF-8 character whose rest has not arrived yet (0–3). */
function unfinishedBytes(bytes: Uint8Array): number {
  const limit = Math.min(3, bytes.length)
  for (let back = 1; back <= limit; back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? back : 0
  }
  return 0
}

/** What a terminal would show: a lone CR returns to the line's start, so only what follows the last one stays. */
function overwritten(line: string): string {
  const text = withoutTrailing(line, '\r')
  return text.slice(text.lastIndexOf('\r') + 1).replaceAll('\0', '\ufffd')
}

/**
 * Cuts a byte stream into lines of text as it arrives, at whatever chunk borders.
 *
 * Bytes that are not UTF-8 and NUL become U+FFFD. A line longer than {@link LONGEST_LINE} is delivered in pieces.
 * Of a line redrawn with carriage returns (a progress bar) the last drawing is kept. Escape sequences pass unchanged.
 */
export class LineSplitter {
  #bytes: Buffer | null = null
  #rest = ''
  /** True when `#rest` may hold CR or NUL; most output has neither and is spared the look. */
  #isRestUnclean = false

  /** Takes a chunk and appends the lines it completed to `lines`. */
  push(chunk: Buffer, lines: string[]): void {
    const bytes = this.#bytes ? Buffer.concat([this.#bytes, chunk]) : chunk
    const unfinished = unfinishedBytes(bytes)
    // Copied: a view would keep the whole chunk alive.
    this.#bytes = unfinished > 0 ? Buffer.from(bytes.subarray(bytes.length - unfinished)) : null
    const text = bytes.toString('utf8', 0, bytes.length - unfinished)
    if (text !== '') this.#pushText(text, lines)
  }

  /** Delivers what is left as a last line. */
  end(lines: string[]): void {
    if (this.#bytes) this.#pushText(this.#bytes.toString('utf8'), lines)
    this.#bytes = null
    if (this.#rest !== '') lines.push(this.#clean(this.#rest))
    this.#rest = ''
  }

  get hasUnfinished(): boolean {
    return this.#rest !== ''
  }

  /** The line that has not ended yet, as a terminal would show it. */
  get unfinished(): string {
    return this.#clean(this.#rest)
  }

  /** Takes the bytes of the unfinished line out, for a consumer that goes on with raw bytes. */
  takeUnfinished(): Buffer {
    const bytes = Buffer.concat([Buffer.from(this.#rest), this.#bytes ?? Buffer.alloc(0)])
    this.#rest = ''
    this.#bytes = null
    return bytes
  }

  #pushText(text: string, lines: string[]): void {
    const isUnclean = text.includes('\r') || text.includes('\0')
    const firstEnd = text.indexOf(NEWLINE)
    if (firstEnd === -1) {
      this.#rest += text
      this.#isRestUnclean ||= isUnclean
      if (this.#rest.length > LONGEST_LINE) this.#cutRest(lines)
      return
    }
    this.#isRestUnclean ||= isUnclean
    this.#deliver(this.#rest + text.slice(0, firstEnd), lines)
    const others = text.slice(firstEnd + 1).split(NEWLINE)
    const last = others.pop()!
    for (const line of others) this.#deliver(line, lines)
    this.#rest = ''
    this.#isRestUnclean = isUnclean
    if (last !== '') {
      this.#rest = last
      if (last.length > LONGEST_LINE) this.#cutRest(lines)
    } else this.#isRestUnclean = false
  }

  #clean(line: string): string {
    return this.#isRestUnclean ? overwritten(line) : line
  }

  #deliver(line: string, lines: string[]): void {
    const cleaned = this.#clean(line)
    if (cleaned.length <= LONGEST_LINE) lines.push(cleaned)
    else lines.push(...pieces(cleaned))
  }

  #cutRest(lines: string[]): void {
    if (this.#isRestUnclean) {
      // A CR at the very end may belong to a CRLF, so it stays.
      const tail = this.#rest.endsWith('\r') ? '\r' : ''
      this.#rest = overwritten(this.#rest) + tail
    }
    if (this.#rest.length <= LONGEST_LINE) return
    const cut = pieces(this.#rest)
    this.#rest = cut.pop()!
    for (const piece of cut) lines.push(piece)
  }
}

/** Cuts a text into pieces of at most {@link LONGEST_LINE} characters without dividing a surrogate pair. */
function pieces(text: string): string[] {
  const cut: string[] = []
  let from = 0
  while (text.length - from > LONGEST_LINE) {
    let to = from + LONGEST_LINE
    const code = text.charCodeAt(to - 1)
    if (code >= 0xd800 && code < 0xdc00) to--
    cut.push(text.slice(from, to))
    from = to
  }
  cut.push(text.slice(from))
  return cut
}
