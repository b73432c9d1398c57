import { type Caller, type Clock, drafted, invalid, RotaError, say } from '@rota/core'
import { Secret, TOTP } from 'otpauth'
import type { AccessStore, UserRow } from '../access-store.ts'
import type { SecondFactorStore } from '../sign-in-store.ts'
import { randomPassword } from './passwords.ts'
import type { Seal } from './seal.ts'
import { sha256 } from './secret-text.ts'
import type { Users } from './users.ts'

const STEP_MS = 30_000
/** Steps before and after the present one whose code is taken (RFC 6238, section 5.2). */
const DRIFT = 1
const RECOVERY_CODES = 10
/** Between the offer of a secret and its first code. */
const ENROLMENT_MS = 600_000

/** What shows that the second factor is at hand. */
export interface Proof {
  totp?: string
  recovery_code?: string
}

export interface SecondFactorsOptions {
  store: Pick<AccessStore, 'secondFactors' | 'audited'>
  users: Users
  seal: Seal
  clock: Clock
}

/**
 * Codes that a device shows (TOTP, RFC 6238: SHA-1, six digits, 30 seconds), and recovery codes for when it is lost.
 * Secrets are kept sealed, recovery codes as digests; each code is taken once.
 */
export class SecondFactors {
  readonly #options: SecondFactorsOptions

  constructor(options: SecondFactorsOptions) {
    this.#options = options
  }

  codesLeft(userId: string): Promise<number> {
    return this.#options.store.secondFactors.countCodes(userId)
  }

  /** A secret for a device; nothing is kept of it. Throws `conflict` where there is a second factor. */
  offer(user: UserRow): { secret: string; uri: string; enrolment: string } {
    if (user.second_factor !== null) {
      throw new RotaError('conflict', say`This account has a second factor; remove it first.`)
    }
    const { seal, clock } = this.#options
    const secret = new Secret({ size: 20 }).base32
    const enrolment = seal.close(`${clock.now() + ENROLMENT_MS} ${secret}`, enrolmentOf(user.id))
    return { secret, uri: totpOf(secret, user.username).toString(), enrolment }
  }

  /** Begins to ask for codes; answers the recovery codes. Throws `invalid` for a wrong code. */
  async enable(user: UserRow, { enrolment, totp }: { enrolment: string; totp: string }, by: Caller): Promise<string[]> {
    const { users, seal, clock } = this.#options
    const [until = '', secret = ''] = seal.open(enrolment, enrolmentOf(user.id))?.split(' ') ?? []
    if (!(Number(until) > clock.now())) {
      throw invalid([{ path: 'enrolment', message: say`has expired; begin again.` }])
    }
    const step = this.#stepOf(secret, totp)
    if (step === null) throw wrongCode('totp')
    const codes = newCodes()
    const codeHashes = codes.map((code) => hashOf(user.id, code))
    const factor = { sealed: seal.close(secret, user.id), step, codeHashes }
    await this.#told(by, user, 'second factor set up').enable(user.id, factor)
    users.forget(user.id)
    return codes
  }

  async disable(user: UserRow, by: Caller): Promise<void> {
    await this.#told(by, user, 'second factor removed').disable(user.id)
    this.#options.users.forget(user.id)
  }

  /** New recovery codes in the place of all earlier ones. */
  async renewCodes(user: UserRow, by: Caller): Promise<string[]> {
    const codes = newCodes()
    const codeHashes = codes.map((code) => hashOf(user.id, code))
    await this.#told(by, user, 'recovery codes renewed').replaceCodes(user.id, codeHashes)
    return codes
  }

  /**
   * Uses up a code of somebody who signs in. Throws `second_factor_required` when none is given, `unauthenticated` for
   * one that is wrong or was taken before.
   */
  async check(user: UserRow, proof: Proof): Promise<void> {
    if (proof.totp === undefined && proof.recovery_code === undefined) {
      throw new RotaError('second_factor_required', say`This account has a second factor: give its code, too.`)
    }
    if (await this.#take(user, proof)) return
    const message = say`The code is wrong, or was used before.`
    throw new RotaError('unauthenticated', message, [{ path: pathOf(proof), message }])
  }

  /** The same for somebody who is signed in. Throws `invalid`. */
  async confirm(user: UserRow, proof: Proof): Promise<void> {
    if (await this.#take(user, proof)) return
    throw invalid([
      { path: pathOf(proof), message: say`must be a code that the device shows now, or a recovery code.` },
    ])
  }

  async #take(user: UserRow, { totp, recovery_code: recoveryCode }: Proof): Promise<boolean> {
    if (recoveryCode !== undefined)
      return this.#options.store.secondFactors.takeCode(user.id, hashOf(user.id, recoveryCode))
    return totp !== undefined && this.#takeTotp(user, totp)
  }

  async #takeTotp(user: UserRow, totp: string): Promise<boolean> {
    const { store, seal } = this.#options
    const secret = seal.open(user.second_factor ?? '', user.id)
    if (secret === null) {
      const mend = say`Use a recovery code, or have an administrator remove it.`
      throw new RotaError('unavailable', say`The second factor cannot be read: the server's key has changed. ${mend}`)
    }
    const step = this.#stepOf(secret, totp)
    return step !== null && (await store.secondFactors.takeStep(user.id, step))
  }

  #told(by: Caller, { id, username: name, tenant_id: tenantId }: UserRow, action: string): SecondFactorStore {
    const { store, clock } = this.#options
    return store.audited(drafted(by, { kind: 'user', id, name, tenantId, action }, clock.now())).secondFactors
  }

  /** The step that a code is of; null for a wrong one. */
  #stepOf(secret: string, totp: string): number | null {
    const now = this.#options.clock.now()
    const delta = totpOf(secret, '').validate({ token: totp.replaceAll(' ', ''), timestamp: now, window: DRIFT })
    return delta === null ? null : Math.floor(now / STEP_MS) + delta
  }
}

const enrolmentOf = (userId: string) => `enrolment ${userId}`

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'Rota', label, secret: Secret.fromBase32(secret) })
}

/** 99 bits each: a plain SHA-256 protects the stored form. */
const newCodes = () => Array.from({ length: RECOVERY_CODES }, () => randomPassword(1))

const pathOf = ({ recovery_code: recoveryCode }: Proof) => (recoveryCode === undefined ? 'totp' : 'recovery_code')

/** As people type them: in any case, with or without dashes. */
function hashOf(userId: string, code: string): string {
  return sha256(`${userId} ${code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`)
}

function wrongCode(path: string): RotaError {
  return invalid([{ path, message: say`is not the code that the device shows now.` }])
}
