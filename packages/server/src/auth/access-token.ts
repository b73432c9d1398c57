import { type Clock, RotaError, say } from '@rota/core'
import { jwtVerify, SignJWT } from 'jose'

const ISSUER = 'rota'
const AUDIENCE = 'rota:api'
const TYPE = 'at+jwt'
const ALGORITHM = 'HS256'
/** Longer ones are not looked at; ours have about 400 characters. */
const LONGEST = 2_048
const CLOCK_TOLERANCE_SECONDS = 5

/** What an access token says. */
export interface AccessClaims {
  userId: string
  sessionId: string
  /** The user's epoch when it was issued; an older one than the user's means that the token has ended. */
  epoch: number
  expiresAt: number
}

/**
 * Signs and reads access tokens. Algorithm, issuer, audience and type are fixed here and never taken from a token.
 */
export class AccessTokens {
  readonly #key: Uint8Array
  readonly #clock: Clock
  readonly lifeSeconds: number

  constructor(key: Uint8Array, lifeSeconds: number, clock: Clock) {
    if (key.length < 32) throw new Error('A signing key has at least 32 bytes.')
    this.#key = key
    this.#clock = clock
    this.lifeSeconds = lifeSeconds
  }

  issue(claims: Omit<AccessClaims, 'expiresAt'>): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1_000)
    return new SignJWT({ sid: claims.sessionId, epoch: claims.epoch })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setSubject(claims.userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + this.lifeSeconds)
      .sign(this.#key)
  }

  /** Throws `unauthenticated` for everything that is not a valid token of ours. */
  async read(token: string): Promise<AccessClaims> {
    try {
      if (token.length > LONGEST) throw new Error('too long')
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: TYPE,
        requiredClaims: ['exp', 'nbf', 'iat', 'sub', 'sid', 'epoch'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(this.#clock.now()),
      })
      const { sub, sid, epoch, exp } = payload
      if (typeof sub !== 'string' || typeof sid !== 'string' || typeof epoch !== 'number') throw new Error('claims')
      return { userId: sub, sessionId: sid, epoch, expiresAt: exp! * 1_000 }
    } catch {
      throw new RotaError('unauthenticated', say`The access token is not valid or has expired; sign in or refresh it.`)
    }
  }
}
