import { readPage } from './pages.ts'
import type { Transport } from './transport.ts'
import type {
  ListPage,
  PageQuery,
  Secret,
  SecretChanges,
  SecretDetail,
  SecretInput,
  SecretKeys,
  SecretSet,
  SecretsRewrapped,
} from './types.ts'

/** Values that tasks refer to by name. None of the methods answers a value. */
export class SecretsApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(query: PageQuery = {}): Promise<ListPage<Secret>> {
    return readPage(this.#http, '/api/scheduler/secrets', 'secrets', query)
  }

  /** `key`: an id or a name, here and below. */
  get(key: string): Promise<SecretDetail> {
    return this.#http.json('GET', pathOf(key))
  }

  create(input: SecretInput): Promise<SecretSet> {
    return this.#http.json('POST', '/api/scheduler/secrets', { body: input })
  }

  update(key: string, changes: SecretChanges): Promise<SecretSet> {
    return this.#http.json('PUT', pathOf(key), { body: changes })
  }

  rotate(key: string, value: string): Promise<SecretSet> {
    return this.#http.json('POST', `${pathOf(key)}/rotate`, { body: { value } })
  }

  /** `force`: also when enabled tasks refer to it. */
  remove(key: string, options: { force?: boolean } = {}): Promise<void> {
    return this.#http.json('DELETE', pathOf(key), options.force ? { query: { force: 'true' } } : {})
  }

  /** Under which keys secrets are kept. */
  keys(): Promise<SecretKeys> {
    return this.#http.json('GET', '/api/scheduler/secret-keys')
  }

  /** Brings some secrets under the present key; to be called until none is left. */
  rewrap(): Promise<SecretsRewrapped> {
    return this.#http.json('POST', '/api/scheduler/secret-keys/rewrap')
  }
}

const pathOf = (key: string) => `/api/scheduler/secrets/${encodeURIComponent(key)}`
