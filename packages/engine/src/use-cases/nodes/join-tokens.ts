import { drafted, notFound, tenantOf } from '@rota/core'
import type { JoinTokens } from '../../api/nodes.ts'
import type { JoinToken } from '../../ports/nodes.ts'
import { joinTokenView } from '../../views/pool-view.ts'
import { isSeen, type NodesContext } from './context.ts'

/** Credentials with which nodes join. */
export function createJoinTokens({ joinTokens: store, clock, nextId }: NodesContext): JoinTokens {
  const about = ({ id, name, tenantId }: JoinToken, action: string) =>
    ({ kind: 'join_token', id, name, tenantId, action }) as const

  return {
    list: async (caller) => (await store.list(caller.scope)).map(joinTokenView),

    async create(caller, { name, hash, pools, labels, uses, expiresAt }) {
      const now = clock.now()
      const token: JoinToken = {
        ...{ id: nextId(), hash, name, pools, labels, expiresAt },
        tenantId: tenantOf(caller.scope),
        usesLeft: uses,
        createdAt: now,
        createdBy: caller.name,
      }
      const view = joinTokenView(token)
      const after = { pools: [...pools], labels: { ...labels }, uses, expires_at: view.expires_at }
      await store.add(token, [drafted(caller, { ...about(token, 'created'), after }, now)])
      return view
    },

    async remove(caller, id) {
      const token = await store.get(id)
      if (token === null || !isSeen(caller, token.tenantId)) throw notFound('join token', id.slice(0, 64))
      await store.remove(id, [drafted(caller, about(token, 'deleted'), clock.now())])
    },
  }
}
