import { textWidth } from './width.ts'

/** Narrower columns are not worth breaking text for. */
const NARROWEST = 24

/** Breaks text at blanks so that it fits beside an indent; further lines get the indent. Unchanged without a width. */
export function wrap(text: string, indent: number, width: number | undefined): string {
  const room = (width ?? 0) - indent
  if (room < NARROWEST || textWidth(text) <= room) return text
  const lines = ['']
  let used = 0
  for (const word of text.split(' ')) {
    const size = textWidth(word)
    if (used > 0 && used + 1 + size > room) {
      lines.push(word)
      used = size
    } else {
      lines[lines.length - 1] += used > 0 ? ` ${word}` : word
      used += used > 0 ? size + 1 : size
    }
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}
