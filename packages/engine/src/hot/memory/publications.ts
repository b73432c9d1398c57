import type { Publication, Publications } from '../../ports/publications.ts'

export function createMemoryPublications(): Publications {
  const current = new Map<string, Publication>()
  return {
    async publish(name, { expected, term, body }) {
      const { version, term: latest } = current.get(name) ?? { version: 0, term: 0 }
      if (term < latest) return { outcome: 'fenced', term: latest }
      if (version !== 0 && version !== expected) return { outcome: 'conflict', version }
      current.set(name, { version: expected + 1, term, body })
      return { outcome: 'published', version: expected + 1 }
    },
    async latest(name) {
      return current.get(name) ?? null
    },
  }
}
