import type { AuditDraft, Clock, PolicyMachine } from '@rota/core'
import type { Engine, HotParts, Store } from '@rota/engine'
import type { Config } from '@rota/protocol'
import type { FastifyInstance } from 'fastify'
import type { AccessStore } from './access-store.ts'
import type { Checkpoints } from './audit/checkpoints.ts'
import type { ApiTokens } from './auth/api-tokens.ts'
import type { Authenticator } from './auth/authenticate.ts'
import type { BrowserSessions } from './auth/browser-sessions.ts'
import type { Guesses } from './auth/guesses.ts'
import type { Holdings } from './auth/holdings.ts'
import type { Invitations } from './auth/invitations.ts'
import type { Providers } from './auth/providers.ts'
import type { SecondFactors } from './auth/second-factors.ts'
import type { Sessions } from './auth/sessions.ts'
import type { Tenants } from './auth/tenants.ts'
import type { Users } from './auth/users.ts'
import type { Gateway } from './gateway/gateway.ts'
import type { LiveFeed } from './http/live-feed.ts'
import type { LiveStreams } from './http/live-streams.ts'
import type { RequestKeys } from './http/request-keys.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { NodeKeys } from './node-keys.ts'
import type { PolicyBook } from './policy-book.ts'
import type { SecretStore } from './secret-store.ts'
import type { Vault } from './secrets/vault.ts'
import type { ChangeRequestStore, PolicyStore } from './store/policies.ts'
import type { Write } from './store/write.ts'

/** Everything that routes may use; put together in `compose.ts`. */
export interface Services {
  engine: Engine
  /** For things with a table of their own: `database.withTables<{ … }>()`. */
  database: Store['kysely']
  /** Runs a statement that changes something, with the entries of the audit that tell of it. */
  audited: (...audit: AuditDraft[]) => Write
  hot: HotParts
  users: Users
  sessions: Sessions
  browserSessions: BrowserSessions
  apiTokens: ApiTokens
  authenticator: Authenticator
  guesses: Guesses
  nodeKeys: NodeKeys
  gateway: Gateway
  holdings: Holdings
  invitations: Invitations
  secondFactors: SecondFactors
  providers: Providers
  tenants: Tenants
  accessStore: AccessStore
  secretStore: SecretStore
  vault: Vault
  policyStore: PolicyStore
  policyBook: PolicyBook
  policyMachine: PolicyMachine
  changeRequests: ChangeRequestStore
  requestKeys: RequestKeys
  metrics: Metrics
  checkpoints: Checkpoints
  /** Has what others want to know of requests hooked into the HTTP server. */
  observe: (server: FastifyInstance) => void
  streams: LiveStreams
  feed: LiveFeed
  config: Config
  clock: Clock
  newId: () => string
  version: string
  /** False until the start is over: work is taken, and there are an administrator and the command line's token. */
  isStarted: () => boolean
  /** Why programs cannot be started here; null while they can. */
  programTrouble: () => string | null
  /** Called when the first password has been changed. */
  onPasswordChanged: (username: string) => Promise<void>
}
