import { type Clock, RotaError, say } from '@rota/core'
import { SecretError } from '@rota/engine'
import type { Config } from '@rota/protocol'
import { EXIT, StartFailure } from '../failure.ts'
import type { Envelope, SecretStore } from '../secret-store.ts'
import { canaryOf, EnvelopeError, isKeyOf, type MasterKey, open, type Place } from './envelope.ts'
import { loadMasterKeys } from './master-keys.ts'

export interface VaultParts {
  config: Config
  store: SecretStore
  clock: Clock
  /** Where a server keeps the key that it has made itself; null on a store that others share. */
  ownKeyFile: string | null
}

/** The keys of this server, checked against what is kept. */
export interface Vault {
  /** The key that is written with. Throws `conflict`, which says how to give one, when there is none. */
  key(): MasterKey
  keyOf(id: string): MasterKey | undefined
  /** Throws {@link SecretError}, which names the secret. */
  open(name: string, place: Place, envelope: Envelope): string
  /** Under which keys secrets are kept, and whether each is given here. */
  status(): Promise<{ current: string | null; keys: { id: string; versions: number; given: boolean }[] }>
}

/**
 * Loads the keys and proves them by what they have sealed before. Throws StartFailure (78) when a secret is under a key
 * that is not given, or a key is not the one that it was.
 */
export async function openVault({ config, store, clock, ownKeyFile }: VaultParts): Promise<Vault> {
  const inUse = await store.keysInUse()
  // One made anew would open nothing of what is there.
  const keys = loadMasterKeys({ config, ownKeyFile, mayMake: inUse.size === 0 })
  const known = new Map((await store.keys()).map(({ id, canary }) => [id, canary]))
  for (const key of keys.all.values()) {
    const canary = known.get(key.id)
    if (canary === undefined) await store.addKey({ id: key.id, canary: canaryOf(key), created_at: clock.now() })
    else if (!isKeyOf(key, canary))
      throw wrong(say`The key ${key.id} does not open what it sealed: the database was altered.`)
  }
  const lost = [...inUse.keys()].filter((id) => !keys.all.has(id))
  if (lost.length > 0 && !config.secrets.accept_lost_keys)
    throw wrong(lostKeys(lost, config.secrets.key_file ?? ownKeyFile, keys.current))
  return {
    key() {
      if (keys.current !== null) return keys.current
      throw new RotaError(
        'conflict',
        say`No secrets are kept here until a key is given: set secrets.key_file, or ROTA_SECRETS_KEY, to the same on all servers. Make one with: openssl rand -hex 32`,
      )
    },
    keyOf: (id) => keys.all.get(id),
    open: (name, place, envelope) => opened(keys.all.get(envelope.key_id), { name, place, envelope }),
    async status() {
      const used = await store.keysInUse()
      const ids = new Set([...keys.all.keys(), ...used.keys()])
      const list = [...ids].map((id) => ({ id, versions: used.get(id) ?? 0, given: keys.all.has(id) }))
      return { current: keys.current?.id ?? null, keys: list }
    },
  }
}

function opened(
  key: MasterKey | undefined,
  { name, place, envelope }: { name: string; place: Place; envelope: Envelope },
): string {
  if (key === undefined) {
    throw new SecretError(say`The secret ${name} is under the key ${envelope.key_id}, which this server was not given.`)
  }
  try {
    return open(key, place, envelope)
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error
    throw new SecretError(say`The secret ${name} cannot be opened: its record was altered. Set it again.`)
  }
}

function lostKeys(lost: readonly string[], file: string | null, current: MasterKey | null): string {
  const given = current === null ? say`none is given` : say`the one given is ${current.id}`
  return say`Secrets are kept under the key ${lost.join(', ')}, and ${given}. Bring it back to ${file ?? 'secrets.key_file'}, or name it in secrets.old_key_files. If it is lost, secrets.accept_lost_keys: true starts without those secrets, which are then to be set anew.`
}

function wrong(message: string): StartFailure {
  return new StartFailure(EXIT.config, message)
}
