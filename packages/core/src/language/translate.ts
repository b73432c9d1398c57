import { fill, gapsIn, type Template, templateOf } from './template.ts'
import { CHINESE } from './zh/index.ts'

/** A language in which the product speaks. */
export type LanguageCode = 'en' | 'zh'

/** Longer texts are somebody's data, not a sentence of ours. */
const LONGEST = 8_192
/** A sentence may quote another in a gap, and that one a third. */
const DEEPEST = 3

interface Entry {
  english: Template
  chinese: Template
}

/**
 * Says a sentence that was made by `say` in `language`. What no template of the catalogue makes (a program's own words,
 * a name) stays as it is. Sentences are recognised by their text, so that also those of stored rows can be said.
 */
export function translate(text: string, language: LanguageCode): string {
  return language === 'en' ? text : chinese(text, 0)
}

function chinese(text: string, depth: number): string {
  if (depth > DEEPEST || text.length > LONGEST) return text
  const whole = (CHINESE as Record<string, string>)[text]
  if (whole !== undefined) return whole
  for (const { english, chinese: said } of entries()) {
    const gaps = gapsIn(english, text)
    if (gaps !== null) {
      return fill(
        said,
        gaps.map((gap) => chinese(gap, depth + 1)),
      )
    }
  }
  return text
}

let known: readonly Entry[] | undefined

/** Templates with gaps, the most literal first. */
function entries(): readonly Entry[] {
  known ??= Object.entries(CHINESE)
    .map(([english, said]) => ({ english: templateOf(english), chinese: templateOf(said) }))
    .filter(({ english }) => english.gaps.length > 0)
    .toSorted((a, b) => b.english.literal - a.english.literal)
  return known
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
    const code = range.trim().slice(0, 2).toLowerCase()
    if (code !== 'en' && code !== 'zh') continue
    const q = parameters.map((p) => p.trim()).find((p) => p.startsWith('q='))
    const given = q === undefined ? 1 : Number(q.slice(2))
    if (given > weight) {
      best = code
      weight = given
    }
  }
  return best
}
