import { type Caller, drafted, EVERYTHING, type NodeFacts, RotaError, say } from '@rota/core'
import type { JoinRequest } from '../../api/nodes.ts'
import type { JoinToken, NodeRow } from '../../ports/nodes.ts'
import type { NodesContext } from './context.ts'

/** A node gets a key of its own by a token that somebody has made for it. It takes work once it has registered. */
export async function joinByToken(context: NodesContext, facts: NodeFacts, request: JoinRequest): Promise<NodeRow> {
  const { store, joinTokens, clock } = context
  const now = clock.now()
  const refused = () =>
    new RotaError('unauthenticated', say`The join token is not valid, is used up or has expired; ask for another.`)
  // Whoever has no token does not learn which ids there are, and nobody uses one up in vain.
  if ((await joinTokens.find(request.tokenHash, now)) === null) throw refused()
  const kept = await store.get(facts.id)
  if (kept !== null && kept.removedAt === null && kept.keyHash !== null) {
    throw new RotaError(
      'conflict',
      say`The node ${facts.id} has joined with another key. Choose another id, or have that node removed first.`,
    )
  }
  const token = await joinTokens.use(request.tokenHash, now)
  if (token === null) throw refused()
  const row = newNode(facts, { token, keyHash: request.keyHash, now })
  await store.save(row, null, [drafted(joiner(token, request), { ...told(row), after: { token: token.name } }, now)])
  await context.refresh()
  return row
}

function newNode(
  facts: NodeFacts,
  { token, keyHash, now }: { token: JoinToken; keyHash: string; now: number },
): NodeRow {
  const granted = { pools: token.pools, labels: token.labels }
  return {
    ...facts,
    pools: [...new Set([...facts.pools, ...granted.pools])],
    labels: { ...facts.labels, ...granted.labels },
    tenantId: token.tenantId,
    epoch: 0,
    isDraining: false,
    state: 'offline',
    stateReason: say`It has joined and has not connected yet.`,
    stateAt: now,
    keyHash,
    earlierKeyHash: null,
    keyAt: now,
    registeredAt: now,
    lastSeenAt: now,
    granted,
    removedAt: null,
  }
}

/** A join token acts by itself: it can do nothing but this. */
function joiner(token: JoinToken, { address, requestId }: JoinRequest): Caller {
  const credential = { kind: 'token', id: token.id } as const
  const name = `join:${token.name}`
  return { name, userId: null, requestId, address, credential, scope: EVERYTHING, rights: {}, grants: [] }
}

const told = ({ id, name, tenantId }: NodeRow) => ({ kind: 'node', id, name, tenantId, action: 'joined' }) as const
