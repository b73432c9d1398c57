import { say } from '@rota/core'
import { type Revealed, SecretError, type SecretSource } from '@rota/engine'
import type { KeptVersion, SecretStore } from '../secret-store.ts'
import type { Vault } from './vault.ts'

/** Sets of secrets whose lists of what to hide are kept: whoever hides by one has made something of it. */
const SETS_KEPT = 64

/** What attempts are given of the secrets in the database. */
export function createSecretSource(store: SecretStore, vault: Vault): SecretSource {
  const lists = new Map<string, readonly string[]>()

  /** Earlier versions that cannot be opened any more are nothing that could be printed. */
  function hiddenOf(versions: readonly KeptVersion[]): readonly string[] {
    const key = versions.map(({ id, version, sealed }) => `${id}/${version}/${sealed.slice(0, 24)}`).join(' ')
    const known = lists.get(key)
    lists.delete(key)
    const list = known ?? versions.flatMap((row) => (row.version === row.current ? [opened(row)] : openedIfAble(row)))
    lists.set(key, list)
    if (lists.size > SETS_KEPT) lists.delete(lists.keys().next().value!)
    return list
  }

  function opened(row: KeptVersion): string {
    return vault.open(row.name, { tenantId: row.tenant_id, id: row.id, version: row.version }, row)
  }

  function openedIfAble(row: KeptVersion): string[] {
    try {
      return [opened(row)]
    } catch (error) {
      if (error instanceof SecretError) return []
      throw error
    }
  }

  return {
    async missing(tenantId, names) {
      const found = new Set(await store.names(tenantId, names))
      return names.filter((name) => !found.has(name))
    },

    async reveal(executionId, names): Promise<Revealed> {
      const versions = await store.versionsFor(executionId, names)
      const current = new Map(versions.filter((row) => row.version === row.current).map((row) => [row.name, row]))
      const values = new Map<string, string>()
      for (const name of names) {
        const row = current.get(name)
        if (row === undefined) {
          throw new SecretError(say`There is no secret ${name}, which it refers to. Set it: rota secret set ${name}`)
        }
        values.set(name, opened(row))
      }
      return { values, hidden: hiddenOf(versions) }
    },
  }
}
