import { ManualClock } from '@rota/testkit'
import { nodeStoresContract } from '@rota/testkit/contracts'
import { openInMemoryStore } from './sqlite/open.ts'

nodeStoresContract({
  name: 'SQLite',
  open: async () => openInMemoryStore({ clock: new ManualClock({ startAt: 1_800_000_000_000 }) }),
})
