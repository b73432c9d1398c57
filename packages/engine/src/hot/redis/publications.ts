import type { Publications } from '../../ports/publications.ts'
import type { RedisLink } from './link.ts'

/** Versions kept beside the current one, for whoever looks into Redis; the store keeps all. */
const VERSIONS_KEPT = 50

export function createRedisPublications(link: RedisLink): Publications {
  const keysOf = (name: string) => [link.key(`config:{${name}}`), link.key(`config:{${name}}:versions`)]
  return {
    async publish(name, { expected, term, body }) {
      const args = [expected, term, body, VERSIONS_KEPT]
      const [outcome, number] = await link.run<['published' | 'conflict' | 'fenced', number]>(
        'publish-version',
        keysOf(name),
        args,
      )
      return outcome === 'fenced' ? { outcome, term: number } : { outcome, version: number }
    },
    async latest(name) {
      const [version, term, body] = await link.run<[number, number, string] | []>('latest-version', keysOf(name), [])
      return version === undefined ? null : { version, term: term!, body: body! }
    },
  }
}
