import { textWidth } from './width.ts'

/** Narrower columns are not worth breaking text for. */
const NARROWEST = 24

/**
 * What stays together on a line, with the blanks before it: a word, or one Chinese character, with the punctuation that
 * opens it or closes it (no line begins with a comma, none ends with an opening bracket).
 */
const UNIT =
  /(\s*)([（“「《]*(?:\p{Script=Han}|[^\s\p{Script=Han}（“「《，。；：、！？）”」》]+)[，。；：、！？）”」》]*|[（“「《，。；：、！？）”」》])/gu

/**
 * Breaks text at blanks and between Chinese characters so that it fits beside an indent; further lines get the indent.
 * Unchanged without a width.
 */
export function wrap(text: string, indent: number, width: number | undefined): string {
  const room = (width ?? 0) - indent
  if (room < NARROWEST || textWidth(text) <= room) return text
  const lines = ['']
  let used = 0
  for (const [, blanks = '', unit = ''] of text.matchAll(UNIT)) {
    const size = textWidth(unit)
    if (used > 0 && used + blanks.length + size > room) {
      lines.push(unit)
      used = size
    } else {
      lines[lines.length - 1] += blanks + unit
      used += blanks.length + size
    }
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}
