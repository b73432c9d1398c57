import { RotaError, say } from '@rota/core'
import type { NodeRow } from '@rota/engine'
import {
  framesToNode,
  joinTokenInput,
  joinTokenList,
  newJoinToken,
  nodeDetail,
  nodeDetailQuery,
  nodeDrain,
  nodeEventQuery,
  nodeEvents as nodeEventsReply,
  nodeFrames,
  nodeHealth as nodeHealthReply,
  nodeHeard,
  nodeHeartbeat,
  nodeInput,
  nodeJoin,
  nodeJoined,
  nodeList,
  nodeQuery,
  nodeRegistered,
  node as nodeReply,
} from '@rota/protocol'
import {
  createJoinToken,
  hearNode,
  joinNode,
  listNodes,
  nodeEvents,
  nodeHealth,
  readNode,
  registerNode,
  speakWithNode,
} from '../nodes.ts'
import { type AnyRoute, type Call, defineRoute } from '../route.ts'

const BASE = '/api/scheduler/nodes'
const ONE = `${BASE}/:node`
const common = { tag: 'Nodes' } as const
const manage = { may: 'manage', on: 'node' } as const
const view = { may: 'view', on: 'node' } as const

/** A node by its key, or whoever may manage nodes. */
const speaker = (call: Call<unknown, unknown>) => (call.node === null ? { caller: call.caller } : { node: call.node })

const list = defineRoute({
  ...common,
  method: 'GET',
  url: BASE,
  needs: view,
  summary: 'List nodes, with how they do',
  query: nodeQuery,
  reply: nodeList,
  handler: ({ services, caller, query }) => listNodes(services, caller, query),
})

const health = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/health`,
  needs: view,
  summary: 'Which nodes are over a threshold, draining or offline, and why',
  reply: nodeHealthReply,
  handler: ({ services, caller }) => nodeHealth(services, caller),
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: ONE,
  needs: view,
  summary: 'Read a node, with its latest events, its load for charts and what it offers',
  query: nodeDetailQuery,
  reply: nodeDetail,
  errors: [404],
  handler: ({ services, caller, params, query }) => readNode(services, caller, params.node!, query.load_from),
})

const events = defineRoute({
  ...common,
  method: 'GET',
  url: `${ONE}/events`,
  needs: view,
  summary: 'List what a node went through, the latest first',
  query: nodeEventQuery,
  reply: nodeEventsReply,
  errors: [404],
  handler: ({ services, caller, params, query }) => nodeEvents(services, caller, { id: params.node!, ...query }),
})

const register = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/register`,
  needs: manage,
  takesNodeKey: true,
  summary: 'Register a node, or register it anew',
  description:
    'By the node’s own key, or by whoever may manage nodes. 422 with the reason when it may not join: a pool, or the configuration, can require a GPU.',
  body: nodeInput,
  reply: nodeRegistered,
  errors: [404, 409],
  handler: (call) => registerNode(call.services, speaker(call), call.body),
})

const heartbeat = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/heartbeat`,
  needs: manage,
  takesNodeKey: true,
  summary: 'Tell how a node does; the first time registers it',
  description: 'Usage in per cent. 409 for a node that was removed.',
  body: nodeHeartbeat,
  reply: nodeHeard,
  errors: [404, 409],
  isUnlimited: true,
  handler: (call) => hearNode(call.services, speaker(call), call.body),
})

const drain = defineRoute({
  ...common,
  method: 'POST',
  url: `${ONE}/drain`,
  needs: manage,
  summary: 'Let a node run dry: what runs there goes on, nothing new begins',
  body: nodeDrain,
  isBodyOptional: true,
  reply: nodeReply,
  errors: [404],
  handler: ({ services, caller, params, body }) =>
    services.engine.nodes.drain(caller, params.node!, body.reason ?? null),
})

const undrain = defineRoute({
  ...common,
  method: 'POST',
  url: `${ONE}/undrain`,
  needs: manage,
  summary: 'Let a node take work again',
  reply: nodeReply,
  errors: [404],
  handler: ({ services, caller, params }) => services.engine.nodes.undrain(caller, params.node!),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: ONE,
  needs: manage,
  summary: 'Remove a node',
  description: 'Its key ends, and what ran there is taken for lost.',
  status: 204,
  reply: null,
  errors: [404],
  handler: ({ services, caller, params }) => services.engine.nodes.remove(caller, params.node!),
})

const join = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/join`,
  needs: 'public',
  summary: 'Join as a node by a join token, for a key of its own',
  body: nodeJoin,
  reply: nodeJoined,
  errors: [401, 409],
  handler: ({ services, body, request }) => joinNode(services, body, request),
})

const tokens = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/join-tokens`,
  needs: manage,
  summary: 'List join tokens, without their text',
  reply: joinTokenList,
  handler: async ({ services, caller }) => ({ join_tokens: await services.engine.nodes.joinTokens.list(caller) }),
})

const newToken = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/join-tokens`,
  needs: manage,
  summary: 'Make a join token',
  body: joinTokenInput,
  isBodyOptional: true,
  status: 201,
  reply: newJoinToken,
  handler: ({ services, caller, body }) => createJoinToken(services, caller, body),
})

const endToken = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/join-tokens/:id`,
  needs: manage,
  idOf: 'join token',
  summary: 'Delete a join token',
  status: 204,
  reply: null,
  errors: [404],
  handler: ({ services, caller, params }) => services.engine.nodes.joinTokens.remove(caller, params.id!),
})

const connect = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/connect`,
  needs: manage,
  takesNodeKey: true,
  takesSocket: ({ gateway }, socket, node) => gateway.accept(socket, node),
  summary: 'Connect as a node: the WebSocket of the agent protocol',
  description:
    'By the node’s own key, which is asked for before the connection is one. The frames are described in docs/nodes.md.',
  status: 101,
  reply: null,
  errors: [400],
  handler: () => {
    throw new RotaError('bad_request', say`A node connects here by WebSocket, with its own key.`)
  },
})

/** A node alone speaks here. */
function itself({ node }: Call<unknown, unknown>): NodeRow {
  if (node === null) throw new RotaError('forbidden', say`Only a node speaks here, by its own key.`)
  return node
}

const poll = defineRoute({
  ...common,
  method: 'POST',
  url: `${ONE}/poll`,
  needs: manage,
  takesNodeKey: true,
  summary: 'Speak as a node that keeps no connection, and wait for what it is told',
  description: 'The frames of the agent protocol; the first request begins with `hello`. Held for 20 seconds at most.',
  body: nodeFrames,
  bodySize: 'document',
  reply: framesToNode,
  errors: [409],
  isUnlimited: true,
  handler: (call) =>
    speakWithNode(call.services, { node: itself(call), id: call.params.node! }, { ...call.body, way: 'poll' }),
})

const news = defineRoute({
  ...common,
  method: 'POST',
  url: `${ONE}/news`,
  needs: manage,
  takesNodeKey: true,
  summary: 'The same, answered at once; what a node with a callback address is told goes there',
  body: nodeFrames,
  bodySize: 'document',
  reply: framesToNode,
  errors: [409],
  isUnlimited: true,
  handler: (call) =>
    speakWithNode(call.services, { node: itself(call), id: call.params.node! }, { ...call.body, way: 'news' }),
})

export const nodeRoutes: AnyRoute[] = [
  list,
  health,
  tokens,
  newToken,
  endToken,
  connect,
  poll,
  news,
  read,
  events,
  register,
  heartbeat,
  join,
  drain,
  undrain,
  remove,
]
