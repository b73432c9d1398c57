/** What the engine is doing now, from memory; no query. */
export interface EngineStatus {
  state: 'starting' | 'running' | 'draining' | 'stopped' | 'degraded'
  /** Why it is degraded, e.g. the store refuses writes. */
  reason: string | null
  instance_id: string
  started_at: string
  running: number
  waiting: number
  /** Milliseconds of lateness over the last starts. */
  lateness_ms: { p50: number; p99: number; max: number } | null
  event_loop_delay_ms: { p50: number; p99: number; max: number } | null
  store: { kind: string; location: string }
  /** Set while the wall clock is behind an instant that it has shown before: it was set back by so much. */
  clock_behind: { ms: number; noticed_at: string } | null
}

/** An instance of the cluster, or the only server there is. */
export interface InstanceView {
  id: string
  hostname: string
  pid: number
  version: string
  /** `gone`: nothing was heard of it for longer than its lease, and it did not say that it stops. */
  state: EngineStatus['state'] | 'gone'
  started_at: string
  heartbeat_at: string
  running: number
  waiting: number
}
