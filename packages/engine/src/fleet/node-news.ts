import { say } from '@rota/core'
import type { Registry } from '../ports/registry.ts'
import type { KnownNodes, NodeChange } from './known-nodes.ts'

type LostListener = Parameters<Registry['onLost']>[0]
type ChangeListener = Parameters<Registry['onChange']>[0]

export interface NodeNews extends Pick<Registry, 'onLost' | 'onChange'> {
  /** A node has lost some of what it had, or all (null). */
  lost(node: string, leases: readonly string[] | null, why: string): void
}

/** Tells what follows from changes of nodes, wherever they were made. `forget` is called of one that was removed. */
export function createNodeNews(known: KnownNodes, forget: (node: string) => void): NodeNews {
  const lostListeners: LostListener[] = []
  const changeListeners: ChangeListener[] = []

  function lost(node: string, leases: readonly string[] | null, why: string) {
    for (const listener of lostListeners) listener({ node, leases, why })
  }

  function hear({ before, after }: NodeChange) {
    if (after === null) {
      forget(before!.id)
      return lost(before!.id, null, say`The node was removed.`)
    }
    const isGone = before !== null && before.state !== 'offline' && after.state === 'offline'
    if (isGone) lost(after.id, null, after.stateReason)
  }

  known.onChange((changes) => {
    for (const change of changes) hear(change)
    const ids = changes.map(({ before, after }) => (after ?? before)!.id)
    for (const listener of changeListeners) listener(ids)
  })

  return {
    lost,
    onLost: (listener) => void lostListeners.push(listener),
    onChange: (listener) => void changeListeners.push(listener),
  }
}
