import { useQuery } from '@tanstack/react-query'
import { useMay } from '../../ground/identity.ts'
import { nodesQuery, poolsQuery } from './node-queries.ts'

interface Offers {
  pools: readonly string[]
  nodes: readonly { value: string; label: string }[]
  services: readonly string[]
  languages: readonly string[]
  models: readonly string[]
}

/** What a task can name by now: pools, nodes, and what these offer. Nothing for who may not see nodes. */
export function useOffers(): Offers {
  const maySee = useMay('view', 'node')
  const pools = useQuery({ ...poolsQuery, enabled: maySee }).data?.pools ?? []
  const nodes = useQuery({ ...nodesQuery(), enabled: maySee }).data?.nodes ?? []
  const offered = nodes.flatMap(({ capabilities }) => Object.entries(capabilities))
  return {
    pools: pools.map(({ name }) => name),
    nodes: nodes.map(({ id, name }) => ({ value: id, label: name })),
    services: sorted(offered.map(([service]) => service)),
    languages: sorted([
      ...nodes.flatMap(({ languages }) => languages),
      ...offered.flatMap(([, offer]) => offer.languages),
    ]),
    models: sorted(offered.flatMap(([, { models }]) => models)),
  }
}

const sorted = (words: readonly string[]) => [...new Set(words)].sort()
