/** Longest pattern of a command, in UTF-16 units. */
export const MOST_PATTERN = 4_000

/** What a `*` of an allowed text may stand for: nothing that a shell or an option parser reads as more than a name. */
const HARMLESS = /^[\p{L}\p{N}_][\p{L}\p{N}_.:,@%+=-]*$/u

/**
 * Whether a text is the pattern, in which each `*` stands for one harmless word: a letter, digit or `_`, and then also
 * `. : , @ % + = -`, but no blank, no `/`, no quote, and nothing a shell acts upon. So it begins no option, climbs no
 * directory and adds no command. Time grows with the sum of both lengths.
 */
export function isAllowedText(pattern: string, text: string): boolean {
  return spans(pattern, text)?.every((span) => HARMLESS.test(span)) ?? false
}

/** Whether a text is the pattern, in which each `*` stands for anything, also for nothing. Time as before. */
export function isDeniedText(pattern: string, text: string): boolean {
  return spans(pattern, text) !== null
}

/** What each `*` stands for when each is as short as it can be; null when the text is not the pattern. */
function spans(pattern: string, text: string): string[] | null {
  const [first, ...rest] = pattern.split('*') as [string, ...string[]]
  const last = rest.pop()
  if (last === undefined) return first === text ? [] : null
  const end = text.length - last.length
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return null
  const found: string[] = []
  let at = first.length
  for (const part of rest) {
    const next = positionOf(part, text, { from: at, to: end })
    if (next === -1) return null
    found.push(text.slice(at, next))
    at = next + part.length
  }
  found.push(text.slice(at, end))
  return found
}

/** Where a part begins that lies within a range of the text (Knuth, Morris and Pratt 1977); -1 for nowhere. */
function positionOf(part: string, text: string, { from, to }: { from: number; to: number }): number {
  if (part === '') return from
  const borders = bordersOf(part)
  let matched = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1]!
    if (part.charCodeAt(matched) === code) matched++
    if (matched === part.length) return at - matched + 1
  }
  return -1
}

/** For each beginning of a text, the length of the longest shorter one that it ends with. */
function bordersOf(text: string): Uint32Array {
  const borders = new Uint32Array(text.length)
  let length = 0
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    while (length > 0 && text.charCodeAt(length) !== code) length = borders[length - 1]!
    if (text.charCodeAt(length) === code) length++
    borders[at] = length
  }
  return borders
}
