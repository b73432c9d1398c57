import { auditContract } from '@rota/testkit/contracts'
import { openInMemoryStore } from './open.ts'

auditContract('SQLite', async () => openInMemoryStore())
