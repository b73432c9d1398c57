import type { SecretStore, VersionRow } from '../secret-store.ts'
import { EnvelopeError, type MasterKey, rewrap } from './envelope.ts'
import type { Vault } from './vault.ts'

/** Versions that are read at once; each is written by itself. */
const BATCH = 100

export interface Rewrapped {
  /** Brought under the present key now. */
  rewrapped: number
  /** Still under another key, and to be asked for again. */
  left: number
  /** Under a key that is not given here, or altered: they stay as they are. */
  unreadable: number
}

/**
 * Brings versions under the present key, at most `most` of them, one by one: each is complete by itself, so that whatever
 * ends this half-way leaves every secret readable with the old key or the new, and calling again goes on.
 */
export async function rewrapVersions(
  { store, vault }: { store: SecretStore; vault: Vault },
  most: number,
): Promise<Rewrapped> {
  const to = vault.key()
  const done: Rewrapped = { rewrapped: 0, left: 0, unreadable: 0 }
  for (let after: VersionRow | null = null; done.rewrapped < most; ) {
    const rows: (VersionRow & { tenant_id: string | null })[] = await store.underOtherKeys(to.id, after, BATCH)
    if (rows.length === 0) break
    for (const row of rows.slice(0, most - done.rewrapped)) {
      after = row
      const wrapped = rewrappedKey(row, { from: vault.keyOf(row.key_id), to })
      if (wrapped === null) done.unreadable++
      else {
        await store.rewrap(row, { key_id: to.id, wrapped })
        done.rewrapped++
      }
    }
  }
  const { keys } = await vault.status()
  const others = keys.reduce((sum, { id, versions }) => (id === to.id ? sum : sum + versions), 0)
  return { ...done, left: Math.max(0, others - done.unreadable) }
}

function rewrappedKey(
  { tenant_id, secret_id, version, wrapped }: VersionRow & { tenant_id: string | null },
  { from, to }: { from: MasterKey | undefined; to: MasterKey },
): string | null {
  if (from === undefined) return null
  try {
    return rewrap({ from, to }, { tenantId: tenant_id, id: secret_id, version }, wrapped)
  } catch (error) {
    if (error instanceof EnvelopeError) return null
    throw error
  }
}
