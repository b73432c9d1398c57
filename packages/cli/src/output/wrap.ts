import { textWidth } from './width.ts'

/** Narrower columns are not worth breaking text for. */
const NARROWEST = 24

/**
 * Breaks text at blanks and between Chinese characters so that it fits beside an indent; further lines get the indent.
 * Unchanged without a width.
 */
export function wrap(text: string, indent: number, width: number | undefined): string {
  const room = (width ?? 0) - indent
  if (room < NARROWEST || textWidth(text) <= room) return text
  const lines = ['']
  let used = 0
  for (const { blanks, unit } of unitsOf(text)) {
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

/** What stays together on a line, and the blanks before it. */
interface Unit {
  blanks: string
  unit: string
}

function unitsOf(text: string): Unit[] {
  const units: Unit[] = []
  let at: Unit = { blanks: '', unit: '' }
  let last = ''
  for (const character of text) {
    const isBlank = /\s/.test(character)
    if (at.unit !== '' && (isBlank || mayPart(last, character))) {
      units.push(at)
      at = { blanks: '', unit: '' }
    }
    if (isBlank) at.blanks += character
    else at.unit += character
    last = character
  }
  return [...units, at]
}

const HAN = /\p{Script=Han}/u
const OPENING = /[（“「《]/
const CLOSING = /[，。；：、！？）”」》]/
/** Latin brackets around Chinese: a line may end behind one as anywhere, but none begins with it. */
const NEVER_FIRST = /[)\]]/

/** No line begins with a comma, and none ends with an opening bracket. */
function mayPart(before: string, after: string): boolean {
  if (OPENING.test(before) || CLOSING.test(after) || NEVER_FIRST.test(after)) return false
  return HAN.test(before) || CLOSING.test(before) || HAN.test(after) || OPENING.test(after)
}
