export const SLIP_KINDS = ['drop', 'double', 'swap', 'replace', 'insert'] as const

/** A slip of the hand: a letter left out, doubled, swapped with the next, replaced by another, or put in. */
export interface Slip {
  kind: (typeof SLIP_KINDS)[number]
  /** Where, modulo the length of the text. */
  at: number
  by: string
}

/** `text` with the slip in it. */
export function slipped(text: string, { kind, at, by }: Slip): string {
  if (text === '') return by
  const i = at % text.length
  if (kind === 'drop') return text.slice(0, i) + text.slice(i + 1)
  if (kind === 'double') return text.slice(0, i + 1) + text.slice(i)
  if (kind === 'swap') return text.slice(0, i) + (text[i + 1] ?? '') + text[i]! + text.slice(i + 2)
  if (kind === 'insert') return text.slice(0, i) + by + text.slice(i)
  return text.slice(0, i) + by + text.slice(i + 1)
}
