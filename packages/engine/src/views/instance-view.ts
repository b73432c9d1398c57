import type { InstanceView } from '../api/instances.ts'
import type { KnownInstance } from '../ports/queries.ts'

/** An instance as the registry knows it at `now`. */
export function instanceView(known: KnownInstance, now: number): InstanceView {
  const isGone = known.leaseUntil < now && known.state !== 'stopped'
  return {
    id: known.id,
    hostname: known.hostname,
    pid: known.pid,
    version: known.version,
    state: isGone ? 'gone' : known.state,
    started_at: new Date(known.startedAt).toISOString(),
    heartbeat_at: new Date(known.heartbeatAt).toISOString(),
    running: isGone ? 0 : known.running,
    waiting: isGone ? 0 : known.waiting,
  }
}
