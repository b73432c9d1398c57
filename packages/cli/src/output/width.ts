import { stripVTControlCharacters } from 'node:util'
import { harmless } from '@rota/core'
import { withoutMarked } from './mark.ts'

/** Characters that take two terminal columns: East Asian Wide and Fullwidth (Unicode UAX #11), and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const INVISIBLE = /^[\p{Mark}\p{Cf}\p{Cc}]+$/u
const PLAIN = /^[\x20-\x7e]*$/

let segmenter: Intl.Segmenter | undefined

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

function graphemeWidth(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}

/** Terminal columns that a text takes; colour codes take none. */
export function textWidth(text: string): number {
  const visible = stripVTControlCharacters(withoutMarked(text))
  if (PLAIN.test(visible)) return visible.length
  return graphemes(visible).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0)
}

/** The text in at most `width` columns, its end replaced by `…` where it is longer. Expects no colour codes. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  let used = 1
  for (const grapheme of graphemes(text)) {
    used += graphemeWidth(grapheme)
    if (used > width) break
    kept += grapheme
  }
  return `${kept.trimEnd()}…`
}

/** The text filled up with blanks to `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + blanks : blanks + text
}

/** One line of text that cannot move the cursor or change colours: control characters become visible or go. */
export function oneLine(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/\s+/g, (blanks) => (/[\r\n]/.test(blanks) ? ' ⏎ ' : blanks))
    .replaceAll('\t', ' ')
  return harmless(line).trim()
}
