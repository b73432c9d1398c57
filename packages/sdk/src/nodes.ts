import { readPage } from './pages.ts'
import type { Transport } from './transport.ts'
import type {
  JoinToken,
  JoinTokenInput,
  ListPage,
  NewJoinToken,
  Node,
  NodeDetail,
  NodeEvents,
  NodeHealth,
  NodeHeard,
  NodeHeartbeat,
  NodeInput,
  NodeQuery,
  NodeRegistered,
  PageQuery,
  Pool,
  PoolChanges,
  PoolInput,
  PoolList,
} from './types.ts'

const NODES = '/api/scheduler/nodes'
const POOLS = '/api/scheduler/pools'

/** Machines that run what is placed on them, and how they join. */
export class NodesApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(query: NodeQuery = {}): Promise<ListPage<Node>> {
    return readPage(this.#http, NODES, 'nodes', query)
  }

  /** `loadFrom`: since when its load is told, an instant; default an hour ago. */
  get(id: string, { loadFrom }: { loadFrom?: string } = {}): Promise<NodeDetail> {
    return this.#http.json('GET', pathOf(id), loadFrom === undefined ? {} : { query: { load_from: loadFrom } })
  }

  events(id: string, query: { limit?: number; before?: string } = {}): Promise<NodeEvents> {
    return this.#http.json('GET', `${pathOf(id)}/events`, { query })
  }

  /** Which are over a threshold, draining or offline. */
  health(): Promise<NodeHealth> {
    return this.#http.json('GET', `${NODES}/health`)
  }

  register(input: NodeInput): Promise<NodeRegistered> {
    return this.#http.json('POST', `${NODES}/register`, { body: input })
  }

  /** Says how a node does, usage in per cent; the first time registers it. */
  heartbeat(beat: NodeHeartbeat): Promise<NodeHeard> {
    return this.#http.json('POST', `${NODES}/heartbeat`, { body: beat })
  }

  /** What runs there goes on, nothing new begins. */
  drain(id: string, reason?: string): Promise<Node> {
    return this.#http.json('POST', `${pathOf(id)}/drain`, { body: reason === undefined ? {} : { reason } })
  }

  undrain(id: string): Promise<Node> {
    return this.#http.json('POST', `${pathOf(id)}/undrain`)
  }

  remove(id: string): Promise<void> {
    return this.#http.json('DELETE', pathOf(id))
  }

  async joinTokens(): Promise<JoinToken[]> {
    const { join_tokens } = await this.#http.json<{ join_tokens: JoinToken[] }>('GET', `${NODES}/join-tokens`)
    return join_tokens
  }

  /** Its text is in the reply, and is never told again. */
  createJoinToken(input: JoinTokenInput = {}): Promise<NewJoinToken> {
    return this.#http.json('POST', `${NODES}/join-tokens`, { body: input })
  }

  removeJoinToken(id: string): Promise<void> {
    return this.#http.json('DELETE', `${NODES}/join-tokens/${encodeURIComponent(id)}`)
  }
}

/** Sets of nodes: by their languages, by a label selector, or by hand. */
export class PoolsApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(): Promise<PoolList> {
    return this.#http.json('GET', POOLS)
  }

  get(name: string): Promise<Pool> {
    return this.#http.json('GET', poolPath(name))
  }

  members(name: string, query: PageQuery = {}): Promise<ListPage<Node>> {
    return readPage(this.#http, `${poolPath(name)}/members`, 'nodes', query)
  }

  create(input: PoolInput): Promise<Pool> {
    return this.#http.json('POST', POOLS, { body: input })
  }

  update(name: string, changes: PoolChanges): Promise<Pool> {
    return this.#http.json('PUT', poolPath(name), { body: changes })
  }

  remove(name: string): Promise<void> {
    return this.#http.json('DELETE', poolPath(name))
  }
}

const pathOf = (id: string) => `${NODES}/${encodeURIComponent(id)}`
const poolPath = (name: string) => `${POOLS}/${encodeURIComponent(name)}`
