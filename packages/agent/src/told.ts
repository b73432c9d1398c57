import { say } from '@rota/core'
import type { AgentTold } from './agent.ts'

/** What is told as a line for people; null for what is no news to them. */
export function sentenceOf(told: AgentTold): string | null {
  switch (told.kind) {
    case 'connected':
      return say`connected to instance ${told.instance}; clocks differ by ${told.offsetMs} ms`
    case 'interrupted':
      return told.retryMs === null
        ? say`not connected: ${told.why}`
        : say`not connected: ${told.why} Trying again in ${told.retryMs} ms.`
    case 'turned_away':
      return say`not let in (${told.turned.code}): ${told.turned.why}`
    case 'draining':
      return told.isDraining ? say`takes nothing new until it is told to` : say`takes work again`
    case 'state':
      return told.reason === ''
        ? say`the server counts this node as ${told.state}`
        : say`the server counts this node as ${told.state}: ${told.reason}`
    case 'reaped':
      return say`ended ${told.processes} processes that an earlier agent left behind`
    case 'restored':
      return say`reports the ends of ${told.attempts} attempts of an earlier agent`
    case 'joined':
      return say`joined as node ${told.nodeId}`
    case 'cannot_join':
      return say`cannot join yet: ${told.why} Trying again in ${told.retryMs} ms.`
    case 'new_key':
      return say`was given a new key`
    case 'journal':
      return say`what is in hand cannot be written down: ${told.why}`
    case 'ordered':
      return null
  }
}
