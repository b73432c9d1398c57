import type { NodeFacts } from './facts.ts'

/** Longer names are cut and told apart by a sum of the whole. */
const LONGEST = 100

/** The languages that a node has: those it names, else those of its services. */
function languagesOf({ languages, capabilities }: Pick<NodeFacts, 'languages' | 'capabilities'>): string[] {
  const named =
    languages.length > 0 ? languages : Object.values(capabilities).flatMap((service) => [...service.languages])
  return [...new Set(named.map((language) => language.toLowerCase()))].sort()
}

/** The pool of all nodes that have the same languages: of `zh` and `en` it is `en-zh`. Null for a node without any. */
export function languagePool(facts: Pick<NodeFacts, 'languages' | 'capabilities'>): string | null {
  const languages = languagesOf(facts)
  if (languages.length === 0) return null
  const name = languages.join('-').replaceAll(/[^a-z0-9.-]/g, '.')
  if (name.length <= LONGEST) return name
  return `${name.slice(0, LONGEST - 12)}.${sumOf(name)}`
}

/** FNV-1a of 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
function sumOf(text: string): string {
  let sum = 0x811c9dc5
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
  return (sum >>> 0).toString(36)
}
