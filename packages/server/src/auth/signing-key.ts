import { randomBytes } from 'node:crypto'
import { say } from '@rota/core'
import type { SettingStore } from '../access-store.ts'
import { EXIT, StartFailure } from '../failure.ts'

const KEY_BYTES = 32
const SETTING = 'signing_key'

/**
 * The key that all instances on one database sign access tokens with, so that each accepts what another issued: made by
 * whichever of them starts first. Who can read it could as well give himself an account in the same database.
 */
export async function sharedSigningKey(settings: SettingStore): Promise<Uint8Array> {
  const known = (await settings.get(SETTING)) ?? (await settings.setFirst(SETTING, newKey()))
  return new Uint8Array(Buffer.from(known, 'hex'))
}

const newKey = () => randomBytes(KEY_BYTES).toString('hex')

/** A key that the operator gives. Throws StartFailure (78) when it is too short, not hexadecimal or not random. */
export function givenSigningKey(text: string): Uint8Array {
  const key = Buffer.from(text, 'hex')
  if (!/^[0-9a-f]+$/i.test(text) || key.length < KEY_BYTES || new Set(key).size < 12) {
    const mend = say`Make one with: openssl rand -hex 32`
    throw new StartFailure(EXIT.config, say`auth.signing_key must be ${KEY_BYTES} random bytes or more in hex. ${mend}`)
  }
  return new Uint8Array(key)
}
