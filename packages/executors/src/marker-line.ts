/** The keyword between the two pairs of colons, and what follows them. */
interface Marker {
  word: 'result' | 'progress'
  rest: string
}

export interface Progress {
  /** 0–999, as written. */
  percent: number
  message: string
}

/** `::result::` with blanks around the word is never longer than this in earnest. */
const LONGEST_HEAD = 200
const ZERO = 0x30
const NINE = 0x39

/**
 * Recognises `:: WORD :: REST`, whatever the blanks and the case of the word; null for any other line. Looks at every
 * character once.
 */
export function readMarker(line: string): Marker | null {
  const text = line.trimStart()
  if (!text.startsWith('::')) return null
  const close = text.slice(0, LONGEST_HEAD).indexOf('::', 2)
  if (close === -1) return null
  const word = text.slice(2, close).trim().toLowerCase()
  if (word !== 'result' && word !== 'progress') return null
  return { word, rest: text.slice(close + 2).trim() }
}

/** Reads `42`, `42.5%` or `42 % copying files`; null for anything else. */
export function readProgress(rest: string): Progress | null {
  const whole = digitsFrom(rest, 0)
  if (whole === 0 || whole > 3) return null
  const decimals = rest[whole] === '.' ? digitsFrom(rest, whole + 1) : 0
  const end = decimals === 0 ? whole : whole + 1 + decimals
  const percent = Number(rest.slice(0, end))
  const tail = rest.slice(end)
  const behind = tail.trimStart()
  if (!behind.startsWith('%')) return behind === '' || behind !== tail ? { percent, message: behind } : null
  const message = behind.slice(1).trimStart()
  if (message === '' || message !== behind.slice(1)) return { percent, message }
  // `42 %done`: the sign belongs to the word.
  return behind === tail ? null : { percent, message: behind }
}

/** How many digits stand at `from`. */
function digitsFrom(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < ZERO || code > NINE) break
  }
  return at - from
}
