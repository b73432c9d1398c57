import { type Document, isScalar, parse, Scalar, visit } from 'yaml'

/** A `${VAR}` that could not be filled in, with the offset of its value in the text. */
export interface MissingVariable {
  name: string
  offset: number
}

/**
 * Replaces `${VAR}` and `${VAR:-default}` in the values of a parsed document, never in its raw text, so that a
 * variable cannot add structure. A plain value that consists of nothing else takes the type of what it became:
 * `port: ${PORT}` is a number. `$${` stands for a literal `${`. Answers the variables that are neither set nor
 * have a default.
 */
export function interpolate(document: Document.Parsed, env: Record<string, string | undefined>): MissingVariable[] {
  const missing: MissingVariable[] = []
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return
      const text = filledIn(node.value, ({ name, fallback, text }) => {
        const value = env[name]
        if (value !== undefined && value !== '') return value
        if (fallback !== null) return fallback
        missing.push({ name, offset: node.range?.[0] ?? 0 })
        return text
      })
      node.value = node.type === Scalar.PLAIN ? typed(text) : text
    },
  })
  return missing
}

interface Place {
  name: string
  fallback: string | null
  /** The place as it is written. */
  text: string
}

const OPENING = /\$\{([A-Za-z_][A-Za-z0-9_]*)(:-|\})/y

/** The text with each place filled in by `fill`, and `$${` as `${`. What is not closed stays as it is. */
function filledIn(text: string, fill: (place: Place) => string): string {
  const lastClosing = text.lastIndexOf('}')
  let made = ''
  let from = 0
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', Math.max(from, at + 1))) {
    const isEscaped = at > from && text[at - 1] === '$'
    if (isEscaped) {
      made += `${text.slice(from, at - 1)}\${`
      from = at + 2
      continue
    }
    OPENING.lastIndex = at
    const [opening, name, behind] = OPENING.exec(text) ?? []
    if (opening === undefined) continue
    const start = at + opening.length
    if (behind === ':-' && start > lastClosing) continue
    const end = behind === ':-' ? text.indexOf('}', start) : start
    const fallback = behind === ':-' ? text.slice(start, end) : null
    const next = behind === ':-' ? end + 1 : start
    made += text.slice(from, at) + fill({ name: name!, fallback, text: text.slice(at, next) })
    from = next
  }
  return made + text.slice(from)
}

/** What the text would be as a plain YAML value; anything but a number, boolean or null stays text. */
function typed(text: string): unknown {
  if (!/^[\w.+-]{1,40}$/.test(text)) return text
  const value: unknown = parse(text)
  return typeof value === 'object' && value !== null ? text : isScalar(value) ? text : value
}
