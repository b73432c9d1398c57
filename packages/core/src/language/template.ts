/** A template of the catalogue, taken apart at its gaps: `is longer than {0} characters.` */
export interface Template {
  /** The literal text around the gaps, one more than there are gaps. */
  pieces: readonly string[]
  /** Which gap stands at which place: `{1} of {0}` has `[1, 0]`. */
  gaps: readonly number[]
  /** Gaps that hold a sentence or word of the product, `{0~}`; what others hold is quoted as it is. */
  spoken: ReadonlySet<number>
  /** How many characters are literal: of two templates that fit, the more literal one is meant. */
  literal: number
}

const GAP = /\{(\d~?)\}/

/** Takes a template apart. */
export function templateOf(text: string): Template {
  const parts = text.split(GAP)
  const pieces = parts.filter((_, i) => i % 2 === 0)
  const marks = parts.filter((_, i) => i % 2 === 1)
  const spoken = new Set(marks.filter((mark) => mark.endsWith('~')).map((mark) => Number(mark[0])))
  const literal = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return { pieces, gaps: marks.map((mark) => Number(mark[0])), spoken, literal }
}

/** What stands in the gaps of `template` when it makes `text`, or null when it cannot. Linear in the text's length. */
export function gapsIn(template: Template, text: string): string[] | null {
  const { pieces, gaps } = template
  const first = pieces[0]!
  const last = pieces.at(-1)!
  if (gaps.length === 0) return text === first ? [] : null
  if (text.length < template.literal || !text.startsWith(first) || !text.endsWith(last)) return null
  const found: string[] = []
  const end = text.length - last.length
  let at = first.length
  for (let i = 1; i < pieces.length - 1; i++) {
    const next = text.indexOf(pieces[i]!, at)
    if (next === -1 || next + pieces[i]!.length > end) return null
    found[gaps[i - 1]!] = text.slice(at, next)
    at = next + pieces[i]!.length
  }
  if (at > end) return null
  found[gaps.at(-1)!] = text.slice(at, end)
  return found
}

/** Puts `values` into the gaps. */
export function fill({ pieces, gaps }: Template, values: readonly (string | number)[]): string {
  let text = pieces[0]!
  for (const [i, gap] of gaps.entries()) text += `${values[gap] ?? ''}${pieces[i + 1]}`
  return text
}
