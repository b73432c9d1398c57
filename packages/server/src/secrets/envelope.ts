import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Envelope } from '../secret-store.ts'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** A key under which the keys of values are kept. It is known by `id`, which tells nothing of it. */
export interface MasterKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** Which version of which secret: what is sealed for one opens for no other. */
export interface Place {
  tenantId: string | null
  id: string
  version: number
}

/** Thrown for what was altered, lies in another's place, or is under another key. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError'
}

/** The id is made of the key, so that no two keys are taken for one another (HKDF, RFC 5869). */
export function masterKey(bytes: Uint8Array): MasterKey {
  return { id: Buffer.from(hkdfSync('sha256', bytes, '', 'rota/secret/key-id/v1', 8)).toString('hex'), bytes }
}

/** Seals a value under a key of its own, and that under the master key. */
export function seal(key: MasterKey, place: Place, value: string): Envelope {
  const own = randomBytes(KEY_BYTES)
  try {
    return {
      key_id: key.id,
      wrapped: encrypt(key.bytes, keyContextOf(place), own),
      sealed: encrypt(own, contextOf(place), Buffer.from(value)),
    }
  } finally {
    own.fill(0)
  }
}

/** Throws {@link EnvelopeError}. */
export function open(key: MasterKey, place: Place, { wrapped, sealed }: Envelope): string {
  const own = decrypt(key.bytes, keyContextOf(place), wrapped)
  try {
    return decrypt(own, contextOf(place), sealed).toString()
  } finally {
    own.fill(0)
  }
}

/** The value's own key under another master key; the value is not touched. Throws {@link EnvelopeError}. */
export function rewrap(keys: { from: MasterKey; to: MasterKey }, place: Place, wrapped: string): string {
  const own = decrypt(keys.from.bytes, keyContextOf(place), wrapped)
  try {
    return encrypt(keys.to.bytes, keyContextOf(place), own)
  } finally {
    own.fill(0)
  }
}

const CANARY = 'rota/secret/canary/v1'

/** Something known under a key, by which the key is recognised. */
export function canaryOf(key: MasterKey): string {
  return encrypt(key.bytes, CANARY, Buffer.from(key.id))
}

export function isKeyOf(key: MasterKey, canary: string): boolean {
  try {
    return decrypt(key.bytes, CANARY, canary).toString() === key.id
  } catch {
    return false
  }
}

const contextOf = ({ tenantId, id, version }: Place) => `rota/secret/v1|${tenantId ?? ''}|${id}|${version}`
const keyContextOf = ({ tenantId, id, version }: Place) => `rota/secret-key/v1|${tenantId ?? ''}|${id}|${version}`

/** Nonce, ciphertext and tag (NIST SP 800-38D) in base64. `context` is authenticated with it. */
function encrypt(key: Uint8Array, context: string, plain: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

function decrypt(key: Uint8Array, context: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  const end = bytes.length - TAG_BYTES
  if (end < NONCE_BYTES) throw new EnvelopeError('too short')
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(end))
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()])
  } catch (error) {
    throw new EnvelopeError('it was altered, lies in the place of another, or is under another key', { cause: error })
  }
}
