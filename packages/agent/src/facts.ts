import { arch, availableParallelism, platform, release, totalmem } from 'node:os'
import { invalid, type NodeFacts, say } from '@rota/core'
import { nodeFacts, parse } from '@rota/protocol/agent'
import { AgentFailure, EXIT } from './failure.ts'
import type { AgentSettings } from './settings.ts'
import { VERSION } from './version.ts'

/** What this node can do beside what it was told. */
export interface Abilities {
  types: readonly string[]
  handlers: readonly string[]
  gpu: NodeFacts['gpu']
}

/** What the node says of itself. Throws AgentFailure with the field that the protocol does not take. */
export function factsOf(settings: AgentSettings, id: string, { types, handlers, gpu }: Abilities): NodeFacts {
  const { name, labels, weight, capacity, languages, capabilities, pools } = settings
  try {
    for (const type of settings.types ?? []) {
      if (types.includes(type)) continue
      throw invalid([{ path: 'types', message: say`${type} is no type that this agent runs: ${types.join(', ')}.` }])
    }
    return parse(nodeFacts, {
      ...{ id, name, address: null, labels, weight, capacity, languages, capabilities, handlers, gpu, pools },
      ...{
        types: settings.types ?? types,
        callbackUrl: settings.push?.callbackUrl ?? null,
        version: VERSION,
        tenantId: null,
      },
      platform: {
        ...{ os: platform(), release: release(), arch: arch(), processors: availableParallelism() },
        ...{ memory_bytes: totalmem(), node: process.version },
      },
    })
  } catch (error) {
    throw new AgentFailure(EXIT.config, (error as Error).message)
  }
}

/** An id made of a name: the first part of a host's, without what an id may not hold. */
export function idOf(name: string): string {
  const id = name
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64)
  if (id === '') throw new AgentFailure(EXIT.usage, say`--name ${name} has no letter and no digit.`)
  return id
}
