import type { Kysely } from 'kysely'
import type { InstanceState } from '../../ports/executions.ts'
import type { KnownInstance } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'

export async function knownInstances(db: Kysely<Schema>, since: number): Promise<KnownInstance[]> {
  const rows = await db
    .selectFrom('instances')
    .selectAll()
    .where('heartbeat_at', '>=', since)
    .orderBy('started_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    hostname: row.hostname,
    pid: row.pid,
    version: row.version,
    startedAt: row.started_at,
    heartbeatAt: row.heartbeat_at,
    leaseUntil: row.lease_until,
    state: row.state as InstanceState,
    running: row.running,
    waiting: row.waiting,
  }))
}
