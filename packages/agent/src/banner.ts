import { label, type NodeFacts, say } from '@rota/core'
import type { AgentSettings } from './settings.ts'
import { VERSION } from './version.ts'

/** What a person sees at the start. */
export function banner({ server, dataDir, graceMs }: AgentSettings, facts: NodeFacts): string {
  const lines = ['', say`Rota agent ${VERSION}: node ${facts.id}`, fact('Server', server), fact('Data', dataDir)]
  lines.push(fact('Runs', say`${facts.types.join(', ')}; at most ${facts.capacity} at once`))
  if (facts.handlers.length > 0) lines.push(fact('Handlers', facts.handlers.join(', ')))
  if (facts.pools.length > 0) lines.push(fact('Pools', facts.pools.join(', ')))
  const labels = Object.entries(facts.labels).map(([key, value]) => `${key}=${value}`)
  if (labels.length > 0) lines.push(fact('Labels', labels.join(', ')))
  if (facts.gpu !== null) lines.push(fact('GPU', `${facts.gpu.count} × ${facts.gpu.model ?? '?'}`))
  const seconds = graceMs / 1_000
  return `${lines.join('\n')}\n\n${say`Ctrl-C stops the agent; what runs has ${seconds} s to finish.`}\n\n`
}

/** Each takes two columns of a terminal. */
const HAN = /\p{Script=Han}/gu

function fact(name: string, value: string): string {
  const shown = label(name)
  const wide = shown.match(HAN)?.length ?? 0
  return `  ${shown.padEnd(10 - wide)} ${value}`
}
