import { type Clock, RotaError, say } from '@rota/core'
import type { NodeLink, NodeRow, Nodes } from '@rota/engine'
import { randomSecret, sha256 } from './auth/secret-text.ts'

/** Credentials of nodes: never taken where people and their programs are asked for theirs. */
const KEY = 'rota_node_'
const JOIN_TOKEN = 'rota_join_'

export interface IssuedSecret {
  text: string
  /** What is kept of it. */
  hash: string
}

/** What nodes sign in with, and what they join with. 256 random bits each, so that a digest is enough to find them by. */
export class NodeKeys {
  readonly #nodes: Pick<Nodes, 'byKey' | 'endEarlierKey'>

  constructor(nodes: Pick<Nodes, 'byKey' | 'endEarlierKey'>) {
    this.#nodes = nodes
  }

  static looksLike(text: string): boolean {
    return text.startsWith(KEY)
  }

  static newKey(): IssuedSecret {
    return issued(KEY)
  }

  static newJoinToken(): IssuedSecret {
    return issued(JOIN_TOKEN)
  }

  static hashOf(text: string): string {
    return sha256(text)
  }

  /** The node of a key. The first use of a new key ends the one before. Throws `unauthenticated`. */
  async read(text: string): Promise<NodeRow> {
    const hash = sha256(text)
    const node = await this.#nodes.byKey(hash)
    if (node === null) {
      throw new RotaError(
        'unauthenticated',
        say`The key of the node is not valid any more; join again with a new token.`,
      )
    }
    if (node.removedAt !== null) {
      throw new RotaError('unauthenticated', say`The node ${node.id} was removed; join again with a new token.`)
    }
    if (node.keyHash === hash && node.earlierKeyHash !== null) await this.#nodes.endEarlierKey(node.id)
    return node
  }
}

const DAY_MS = 86_400_000

/** Gives a node another key when its own has come to an age. Of two keys that are good the node uses the one it has. */
export async function renewKey(
  { engine, clock, days }: { engine: { nodes: Pick<Nodes, 'setKey'> }; clock: Clock; days: number },
  { id, keyAt }: NodeRow,
  link: NodeLink,
): Promise<void> {
  if (days === 0 || keyAt === null || clock.now() - keyAt < days * DAY_MS) return
  const { text, hash } = NodeKeys.newKey()
  await engine.nodes.setKey(id, hash)
  link.send({ kind: 'new_key', key: text })
}

function issued(prefix: string): IssuedSecret {
  const text = `${prefix}${randomSecret()}`
  return { text, hash: sha256(text) }
}
