import { type Clock, notFound, RotaError, say } from '@rota/core'
import type { Config } from '@rota/protocol'
import type { UserRow } from '../access-store.ts'
import { FLOW_SECONDS } from '../flow-cookie.ts'
import type { ExternalAccountStore } from '../sign-in-store.ts'
import type { ExternalAccounts } from './external-accounts.ts'
import { OidcProvider, type SignInFlow } from './oidc-provider.ts'
import type { Seal } from './seal.ts'
import type { From } from './self.ts'

const COOKIE = 'sign-in cookie'
/** A cookie of a browser holds no more. */
const LONGEST_PROBLEM = 500

export interface ProvidersOptions {
  settings: Config['auth']
  accounts: ExternalAccounts
  store: ExternalAccountStore
  seal: Seal
  clock: Clock
}

/** What the cookie holds: a sign-in under way, or why the last one failed. */
type Kept = { until: number } & ({ provider: string; flow: SignInFlow; to: string } | { problem: string })

/** Who signs in with a provider, and where to go then. */
export interface ProviderSignIn {
  user: UserRow
  providerSession: string | null
  to: string
}

/** Signing in with OpenID Connect providers. What is under way is kept in the browser, sealed. */
export class Providers {
  readonly #options: ProvidersOptions
  readonly #byId: ReadonlyMap<string, OidcProvider>

  constructor(options: ProvidersOptions) {
    const { settings, clock } = options
    this.#options = options
    this.#byId = new Map(
      settings.oidc.map((each) => [each.id, new OidcProvider(each, clock, settings.clock_skew_seconds)]),
    )
  }

  list(): { id: string; name: string }[] {
    return [...this.#byId.values()].map(({ settings: { id, name } }) => ({ id, name }))
  }

  /** Throws `not_found`, and as {@link OidcProvider.begin}. `origin` is where the browser reaches this server. */
  async begin(id: string, { origin, to }: { origin: string; to: string | undefined }) {
    const redirectUri = `${this.#options.settings.public_url?.replace(/\/$/, '') ?? origin}/api/auth/oidc/${id}/callback`
    const { url, flow } = await this.#provider(id).begin(redirectUri)
    return { url, cookie: this.#keep({ provider: id, flow, to: localPath(to) }) }
  }

  /**
   * Whom a provider has sent back, with an account of ours. Throws as {@link OidcProvider.finish} and
   * {@link ExternalAccounts.admit}, and `unauthenticated` for what this browser did not begin.
   */
  async finish(
    id: string,
    { cookie, search }: { cookie: string | null; search: string },
    from: From,
  ): Promise<ProviderSignIn> {
    const provider = this.#provider(id)
    const kept = this.#kept(cookie)
    if (kept === null || !('flow' in kept) || kept.provider !== id) {
      throw new RotaError(
        'unauthenticated',
        say`This sign-in was not begun in this browser, or took too long; begin again.`,
      )
    }
    const { profile, providerSession } = await provider.finish(search, kept.flow)
    const user = await this.#options.accounts.admit(profile, provider.settings, from)
    return { user, providerSession, to: kept.to }
  }

  /** What the cookie is to hold so that the page can say why a sign-in failed. */
  keepProblem(problem: string): string {
    return this.#keep({ problem: problem.slice(0, LONGEST_PROBLEM) })
  }

  /** Why the last sign-in failed; null when it did not. */
  problemIn(cookie: string | null): string | null {
    const kept = this.#kept(cookie)
    return kept !== null && 'problem' in kept ? kept.problem : null
  }

  /** Ends what a provider says is over; answers whose and how many. Throws `malformed` for a token that is not good or was taken before. */
  async logout(id: string, token: string): Promise<{ user: UserRow | undefined; sessions: number }> {
    const { accounts, store, clock } = this.#options
    const provider = this.#provider(id)
    const notice = await provider.readLogout(token)
    const isNew = await store.useOnce(`logout ${provider.source} ${notice.id}`, notice.expiresAt, clock.now())
    if (!isNew) throw new RotaError('malformed', say`This logout token was used before.`)
    const { subject, providerSession } = notice
    const user = subject === null ? undefined : await store.byIdentity(notice.issuer, subject)
    // Somebody we do not know is signed out already.
    if (subject !== null && user === undefined) return { user, sessions: 0 }
    const sessions = await accounts.endSessions({ source: provider.source, providerSession, userId: user?.id ?? null })
    return { user, sessions }
  }

  #provider(id: string): OidcProvider {
    const provider = this.#byId.get(id)
    if (provider === undefined) throw notFound('provider', id.slice(0, 32).replaceAll(/[^\w-]/g, '?'))
    return provider
  }

  #keep(kept: DistributiveOmit<Kept, 'until'>): string {
    const until = this.#options.clock.now() + FLOW_SECONDS * 1_000
    return this.#options.seal.close(JSON.stringify({ ...kept, until }), COOKIE)
  }

  #kept(cookie: string | null): Kept | null {
    const text = cookie === null ? null : this.#options.seal.open(cookie, COOKIE)
    if (text === null) return null
    const kept = JSON.parse(text) as Kept
    return kept.until > this.#options.clock.now() ? kept : null
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never

/** Printable ASCII behind one slash: two, or a backslash after it, begin the name of a host. */
function isPath(to: string): boolean {
  return to.startsWith('/') && to[1] !== '/' && to[1] !== '\\' && !/[^\x21-\x7e]/.test(to)
}

/** A path of our own page; the start where it is anything else, another site's address above all. */
function localPath(to: string | undefined): string {
  if (to === undefined || !isPath(to)) return '/'
  const here = 'http://rota.invalid'
  const url = URL.parse(to, here)
  if (url === null || url.origin !== here || url.pathname.startsWith('//')) return '/'
  return /^\/(api|docs|assets)(\/|$)/.test(url.pathname) ? '/' : url.pathname + url.search + url.hash
}
