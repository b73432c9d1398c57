import { readFileSync } from 'node:fs'
import { type Clock, RotaError, say } from '@rota/core'
import type { OidcProviderConfig } from '@rota/protocol'
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, type RemoteJWKSet } from 'jose'
import * as client from 'openid-client'
import { groupsIn, textIn } from './claims.ts'
import type { ExternalProfile } from './external-accounts.ts'
import { providerTrouble } from './provider-trouble.ts'

/** How long a provider may take to answer. */
const TIMEOUT_MS = 10_000
/** What a provider says about itself is read anew after this. */
const KNOWN_FOR_MS = 3_600_000
/** Between two looks at a provider's keys for a key that is not among them. */
const KEYS_COOLDOWN_MS = 10_000
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** A logout token that was made longer ago is not taken, so that what was used need not be remembered for ever. */
const LOGOUT_AGE_SECONDS = 120

/** What a sign-in that is under way must come back with. */
export interface SignInFlow {
  state: string
  nonce: string
  verifier: string
  /** Where the provider sends the browser back to. */
  redirectUri: string
}

/** What a provider says has ended. */
export interface LogoutNotice {
  id: string
  issuer: string
  /** When it may be forgotten that this notice was seen. */
  expiresAt: number
  subject: string | null
  providerSession: string | null
}

interface Known {
  configuration: client.Configuration
  keys: RemoteJWKSet
  until: number
}

/**
 * One OpenID Connect provider: Authorization Code with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636). What it says
 * about itself is asked for when it is first needed, so that a provider that is down holds up no start.
 */
export class OidcProvider {
  readonly settings: OidcProviderConfig
  readonly #clock: Clock
  readonly #skewSeconds: number
  #known: Known | null = null

  constructor(settings: OidcProviderConfig, clock: Clock, skewSeconds: number) {
    this.settings = settings
    this.#clock = clock
    this.#skewSeconds = skewSeconds
  }

  get source(): string {
    return `oidc:${this.settings.id}`
  }

  /** Where to send the browser. Throws `unavailable` when the provider cannot be asked. */
  async begin(redirectUri: string): Promise<{ url: string; flow: SignInFlow }> {
    return this.#asking(async () => {
      const { configuration } = await this.#discovered()
      const flow = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        redirectUri,
      }
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: this.settings.scopes.join(' '),
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, flow }
    })
  }

  /**
   * Whom the provider vouches for, by the query that it sent the browser back with. Throws `unauthenticated` for
   * anything that does not belong to the flow or was refused, `unavailable` when the provider cannot be asked.
   */
  async finish(
    search: string,
    flow: SignInFlow,
  ): Promise<{ profile: ExternalProfile; providerSession: string | null }> {
    return this.#asking(async () => {
      const { configuration } = await this.#discovered()
      const url = new URL(flow.redirectUri)
      url.search = search
      const tokens = await client.authorizationCodeGrant(configuration, url, {
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        pkceCodeVerifier: flow.verifier,
        idTokenExpected: true,
      })
      const claims = await this.#verified(tokens.id_token!, {})
      const about = await this.#userInfo(configuration, { access: tokens.access_token, claims })
      const sets = about === null ? [claims] : [claims, about]
      return { profile: this.#profileOf(sets, claims), providerSession: textIn([claims], 'sid') }
    })
  }

  /**
   * What a logout token ends (OpenID Connect Back-Channel Logout 1.0, section 2.6). Throws `malformed` for one that is
   * not good.
   */
  async readLogout(token: string): Promise<LogoutNotice> {
    let claims: JWTPayload
    try {
      claims = await this.#verified(token, {
        maxTokenAge: LOGOUT_AGE_SECONDS,
        requiredClaims: ['iat', 'jti', 'events'],
      })
    } catch (error) {
      if (providerTrouble(error, this.settings).code === 'unavailable') throw providerTrouble(error, this.settings)
      throw badLogout()
    }
    const { events, sub = null, sid = null, nonce, jti, iss, iat } = claims as Record<string, unknown>
    const isLogout = typeof events === 'object' && events !== null && Object.hasOwn(events, LOGOUT_EVENT)
    const names = [sub, sid].filter((name) => name !== null)
    const isWhole = names.length > 0 && names.every((name) => typeof name === 'string') && typeof jti === 'string'
    if (!isLogout || !isWhole || nonce !== undefined) throw badLogout()
    return {
      id: jti,
      issuer: iss as string,
      expiresAt: ((iat as number) + LOGOUT_AGE_SECONDS + 2 * this.#skewSeconds) * 1_000,
      subject: sub as string | null,
      providerSession: sid as string | null,
    }
  }

  async #asking<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw RotaError.is(error) ? error : providerTrouble(error, this.settings)
    }
  }

  async #discovered(): Promise<Known> {
    const now = this.#clock.monotonic()
    if (this.#known !== null && this.#known.until > now) return this.#known
    const { issuer, client_id: id } = this.settings
    const secret = this.#secret()
    const configuration = await client.discovery(
      new URL(issuer),
      id,
      { [client.clockTolerance]: this.#skewSeconds, ...(secret !== null && { client_secret: secret }) },
      secret === null ? client.None() : undefined,
      // The configuration lets http through for this machine alone.
      { timeout: TIMEOUT_MS / 1_000, execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [] },
    )
    const { jwks_uri: keysUrl } = configuration.serverMetadata()
    if (keysUrl === undefined) {
      throw new RotaError('unavailable', say`${this.settings.name} says nowhere what its keys are (jwks_uri).`)
    }
    const keys = createRemoteJWKSet(new URL(keysUrl), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
    })
    this.#known = { configuration, keys, until: now + KNOWN_FOR_MS }
    return this.#known
  }

  #secret(): string | null {
    const { client_secret: secret, client_secret_file: file, name } = this.settings
    if (file === null) return secret
    try {
      return readFileSync(file, 'utf8').trim()
    } catch {
      throw new RotaError('unavailable', say`The secret for ${name} cannot be read: ${file}.`)
    }
  }

  /** The claims of a token that the provider has signed, for us, and that is in force. */
  async #verified(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    const { configuration, keys } = await this.#discovered()
    const checks = {
      ...options,
      issuer: configuration.serverMetadata().issuer,
      audience: this.settings.client_id,
      algorithms: ALGORITHMS,
      clockTolerance: this.#skewSeconds,
      currentDate: new Date(this.#clock.now()),
    }
    try {
      return (await jwtVerify(token, keys, checks)).payload
    } catch (error) {
      // The provider may have changed its keys since we looked a moment ago; a stranger's token makes nobody look.
      if (!(error instanceof errors.JWKSNoMatchingKey) || options.maxTokenAge !== undefined) throw error
      await keys.reload()
      return (await jwtVerify(token, keys, checks)).payload
    }
  }

  /** Null where the provider has no such endpoint, or does not answer there and the ID token says enough. */
  async #userInfo(configuration: client.Configuration, { access, claims }: { access: string; claims: JWTPayload }) {
    if (configuration.serverMetadata().userinfo_endpoint === undefined) return null
    try {
      return (await client.fetchUserInfo(configuration, access, claims.sub!)) as Record<string, unknown>
    } catch (error) {
      if (this.settings.roles.length > 0 && groupsIn([claims], this.settings.groups_claim) === null) throw error
      return null
    }
  }

  #profileOf(sets: readonly Record<string, unknown>[], { iss, sub }: JWTPayload): ExternalProfile {
    const { username_claim: nameClaim, groups_claim: groupsClaim } = this.settings
    const username = textIn(sets, nameClaim) ?? textIn(sets, 'email')?.split('@')[0] ?? sub!
    return {
      source: this.source,
      issuer: iss!,
      subject: sub!,
      username,
      displayName: textIn(sets, 'name')?.slice(0, 200) ?? null,
      groups: groupsIn(sets, groupsClaim),
    }
  }
}

function badLogout(): RotaError {
  return new RotaError('malformed', say`This is no logout token for this server.`)
}
