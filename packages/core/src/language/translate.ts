import { chineseLabel, chineseOf, chineseWord, type Entry, entriesFor } from './catalogue.ts'
import { speakBy } from './say.ts'
import { fill, gapsIn, templateOf } from './template.ts'

/** A language in which the product speaks. */
export type LanguageCode = 'en' | 'zh'

let spoken: LanguageCode = 'en'

/** Longer texts are somebody's data, not a sentence of ours. */
const LONGEST = 8_192
/** A sentence may quote another in a gap, and that one a third; a list of sentences is one within the other. */
const DEEPEST = 8
/** Characters looked at per character of the text, over all depths: what a text can cost is bounded. */
const EFFORT = 24

/**
 * Says a sentence that was made by `say` in `language`. What no template of the catalogue makes (a program's own words,
 * a name) stays as it is. Sentences are recognised by their text, so that also those of stored rows can be said.
 */
export function translate(text: string, language: LanguageCode): string {
  if (language === 'en' || text.length > LONGEST) return text
  return chinese(text, 0, effortFor(text))
}

/** Lets `say` speak `language` at once, in the whole process: for a command that one person uses, never for a server. */
export function speak(language: LanguageCode): void {
  spoken = language
  speakBy(language === 'en' ? null : inChinese)
}

/**
 * A word or heading that stands alone (a state, a unit, a column's title) in the language that the process speaks;
 * what is none of ours stays as it is. Unlike a sentence it is never recognised in other texts.
 */
export function label(text: string): string {
  return (spoken === 'zh' ? chineseLabel(text) : undefined) ?? text
}

function inChinese(pieces: readonly string[], gaps: readonly (string | number)[]): string {
  const key = pieces.slice(1).reduce((text, piece, i) => `${text}{${i}}${piece}`, pieces[0]!)
  const template = templateOf(chineseOf(key) ?? key)
  const values = gaps.map((gap, i) => (template.spoken.has(i) ? chinese(String(gap), 1, effortFor(String(gap))) : gap))
  return fill(template, values)
}

function effortFor(text: string): { left: number } {
  return { left: (text.length + 64) * EFFORT }
}

function chinese(text: string, depth: number, effort: { left: number }): string {
  const whole = chineseOf(text) ?? (depth > 0 ? chineseWord(text) : undefined)
  if (whole !== undefined) return whole
  effort.left -= text.length
  if (text === '' || depth > DEEPEST || effort.left < 0) return text
  for (const entry of entriesFor(text)) {
    const said = sayAs(entry, text, depth, effort)
    if (said !== null) return said
  }
  return text
}

/** `text` as the Chinese of `entry`, or null where the entry did not make it. */
function sayAs(entry: Entry, text: string, depth: number, effort: { left: number }): string | null {
  const gaps = gapsIn(entry.english, text)
  if (gaps === null) return null
  const { spoken } = entry.chinese
  const values = gaps.map((gap, i) => (spoken.has(i) ? chinese(gap, depth + 1, effort) : gap))
  const isSame = (value: string, i: number) => value === gaps[i]
  if (entry.isList ? values.some(isSame) : entry.isGlue && values.every(isSame)) return null
  return fill(entry.chinese, values)
}

/**
 * The language that an `Accept-Language` header asks for (RFC 9110, 12.5.4): of `en` and `zh`, with any region, the one
 * of the higher weight, the first of equals. English without a header.
 */
export function languageOf(header: string | undefined): LanguageCode {
  let best: LanguageCode = 'en'
  let weight = 0
  for (const part of (header ?? '').slice(0, 1_000).split(',')) {
    const [range = '', ...parameters] = part.split(';')
    const [code] = range.trim().toLowerCase().split('-', 1)
    if (code !== 'en' && code !== 'zh') continue
    const q = parameters.map((p) => p.trim().toLowerCase()).find((p) => p.startsWith('q='))
    const given = q === undefined ? 1 : Number(q.slice(2))
    if (given > weight) {
      best = code
      weight = given
    }
  }
  return best
}
