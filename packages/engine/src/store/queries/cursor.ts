import { invalid, say } from '@rota/core'

export type CursorValue = string | number

/** An opaque text for the place where a page ended. `kind` keeps the cursors of different lists and orders apart. */
export function encodeCursor(kind: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([kind, ...values])).toString('base64url')
}

/** Throws `invalid` when the text is not a cursor of this kind with so many values. */
export function decodeCursor(text: string, kind: string, length: number): CursorValue[] {
  const values = parse(text)
  if (!Array.isArray(values) || values.shift() !== kind || values.length !== length || !values.every(isCursorValue)) {
    const message = say`is not a cursor of this list in this order. Begin again without it.`
    throw invalid([{ path: 'cursor', message }])
  }
  return values
}

function isCursorValue(value: unknown): value is CursorValue {
  return typeof value === 'string' || Number.isSafeInteger(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return null
  }
}
