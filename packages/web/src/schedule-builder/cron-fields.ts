/** The fields of an expression by name, in their order. */
export const CRON_FIELDS = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const
export type CronFieldName = (typeof CRON_FIELDS)[number]

export interface CronField {
  name: CronFieldName
  text: string
  /** Where it begins in the expression. */
  start: number
  meaning: CronMeaning
}

/** What a field says, for words in any language. `values` are as they were written. */
export type CronMeaning =
  | { kind: 'every' }
  | { kind: 'any' }
  | { kind: 'step'; step: string; from: string | null; to: string | null }
  | { kind: 'range'; from: string; to: string }
  | { kind: 'list'; values: string }
  | { kind: 'value'; value: string }
  | { kind: 'hashed' }
  | { kind: 'hashedStep'; step: string }
  | { kind: 'last' }
  | { kind: 'lastWeekday' }
  | { kind: 'nearestWeekday'; value: string }
  | { kind: 'nth'; nth: string; value: string }
  | { kind: 'lastOf'; value: string }
  | { kind: 'other'; value: string }

/** Takes an expression of five or six fields apart; null for macros such as `@daily` and for other numbers of fields. */
export function cronFields(expression: string): CronField[] | null {
  const words = [...expression.matchAll(/\S+/g)]
  if (words.length < 5 || words.length > 6 || words[0]![0].startsWith('@')) return null
  const names = CRON_FIELDS.slice(6 - words.length)
  return words.map((word, at) => ({
    name: names[at]!,
    text: word[0],
    start: word.index,
    meaning: meaningOf(word[0]),
  }))
}

/** The field that a position of the expression belongs to; the last one before it when it lies between two. */
export function fieldAt(fields: readonly CronField[], position: number): CronField | undefined {
  return fields.findLast(({ start }) => start <= position)
}

const PATTERNS: readonly [RegExp, (match: RegExpExecArray) => CronMeaning][] = [
  [/^\*$/, () => ({ kind: 'every' })],
  [/^\?$/, () => ({ kind: 'any' })],
  [/^H$/i, () => ({ kind: 'hashed' })],
  [/^H\/(\d+)$/i, ([, step]) => ({ kind: 'hashedStep', step: step! })],
  [/^L$/i, () => ({ kind: 'last' })],
  [/^L-\d+$/i, ([value]) => ({ kind: 'other', value })],
  [/^LW$/i, () => ({ kind: 'lastWeekday' })],
  [/^(\w+)W$/i, ([, value]) => ({ kind: 'nearestWeekday', value: value! })],
  [/^(\w+)#([1-5])$/, ([, value, nth]) => ({ kind: 'nth', value: value!, nth: nth! })],
  [/^(\d|[a-z]{3})L$/i, ([, value]) => ({ kind: 'lastOf', value: value! })],
  [/^\*\/(\d+)$/, ([, step]) => ({ kind: 'step', step: step!, from: null, to: null })],
  [/^(\w+)-(\w+)\/(\d+)$/, ([, from, to, step]) => ({ kind: 'step', step: step!, from: from!, to: to! })],
  [/^(\w+)\/(\d+)$/, ([, from, step]) => ({ kind: 'step', step: step!, from: from!, to: null })],
  [/^(\w+)-(\w+)$/, ([, from, to]) => ({ kind: 'range', from: from!, to: to! })],
  [/^\w+$/, ([value]) => ({ kind: 'value', value })],
  [/^[\w-]+(,[\w-]+)+$/, ([values]) => ({ kind: 'list', values: values.replaceAll(',', ', ') })],
]

function meaningOf(text: string): CronMeaning {
  for (const [pattern, meaning] of PATTERNS) {
    const match = pattern.exec(text)
    if (match) return meaning(match)
  }
  return { kind: 'other', value: text }
}
