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
      const text = node.value.replace(/\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (all, name, fallback) => {
        if (name === undefined) return '${'
        const value = env[name]
        if (value !== undefined && value !== '') return value
        if (fallback !== undefined) return fallback
        missing.push({ name, offset: node.range?.[0] ?? 0 })
        return all
      })
      node.value = node.type === Scalar.PLAIN ? typed(text) : text
    },
  })
  return missing
}

/** What the text would be as a plain YAML value; anything but a number, boolean or null stays text. */
function typed(text: string): unknown {
  if (!/^[\w.+-]{1,40}$/.test(text)) return text
  const value: unknown = parse(text)
  return typeof value === 'object' && value !== null ? text : isScalar(value) ? text : value
}
