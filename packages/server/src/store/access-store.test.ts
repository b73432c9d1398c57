import { openInMemoryStore } from '@rota/engine'
import type { Kysely } from 'kysely'
import { accessStoreContract } from '../access-store-contract.ts'
import { createAccessStore } from './access-store.ts'
import type { AccessTables } from './tables.ts'

accessStoreContract({
  name: 'SQLite',
  async open() {
    const store = openInMemoryStore()
    const database = store.kysely as unknown as Kysely<AccessTables>
    return {
      store: createAccessStore(store),
      async clear() {
        for (const table of ['users', 'sessions', 'api_tokens', 'request_keys', 'settings'] as const) {
          await database.deleteFrom(table).execute()
        }
      },
      close: () => store.close(),
    }
  },
})
