import type { EngineEvent } from '@rota/engine'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const DISPATCH_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]
const STATES = ['ready', 'degraded', 'draining', 'offline'] as const

/** What the gauges of nodes show; read when somebody asks. */
export interface NodeReadings {
  byState: Readonly<Record<(typeof STATES)[number], number>>
  /** Pools without a node that takes work. */
  emptyPools: number
  /** Nodes that are connected to this server. */
  connections: number
  isRecovering: boolean
}

/** The Prometheus metrics about nodes and what is sent to them. */
export class NodeMetrics {
  readonly #states: Gauge<'state'>
  readonly #empty: Gauge
  readonly #connections: Gauge
  readonly #recovering: Gauge
  readonly #leads: Gauge<'role'>
  readonly #poolVersion: Gauge
  readonly #changes: Counter<'to'>
  readonly #asked: Counter<'outcome'>
  readonly #failed: Counter<'reason'>
  readonly #ackTimeouts: Counter
  readonly #leaders: Counter<'role'>
  readonly #drift: Counter
  readonly #refused: Counter<'code'>
  readonly #dispatch: Histogram

  constructor(registry: Registry) {
    const registers = [registry]
    const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
      new Gauge({ name, help, labelNames, registers })
    const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
      new Counter({ name, help, labelNames, registers })
    this.#states = gauge('scheduler_nodes', 'Nodes by state.', ['state'])
    this.#empty = gauge('scheduler_pools_empty', 'Pools without a node that takes work.')
    this.#connections = gauge('scheduler_node_connections', 'Nodes connected to this server.')
    this.#recovering = gauge('scheduler_nodes_recovering', '1 while nodes tell a hot state that forgot what they do.')
    this.#leads = gauge('scheduler_leader', '1 while this server leads a role.', ['role'])
    this.#poolVersion = gauge('scheduler_pools_version', 'Version of the pools that this server goes by.')
    this.#changes = counter('scheduler_node_changes_total', 'Changes of state that this server has found.', ['to'])
    this.#asked = counter('scheduler_reservations_total', 'Room asked for on nodes, by what came of it.', ['outcome'])
    this.#failed = counter('scheduler_dispatch_failures_total', 'Orders that did not begin on a node.', ['reason'])
    this.#ackTimeouts = counter('scheduler_ack_timeouts_total', 'Orders that a node has not answered in time.')
    this.#leaders = counter('scheduler_leader_changes_total', 'Times this server began to lead.', ['role'])
    this.#drift = counter('sched_cap_drift_total', 'Slots by which counts of nodes were wrong; to stay 0.')
    this.#refused = counter('scheduler_node_refusals_total', 'Nodes that were not let in, by reason.', ['code'])
    const dispatch = { name: 'scheduler_dispatch_seconds', help: 'From an order to the answer of its node.' }
    this.#dispatch = new Histogram({ ...dispatch, buckets: DISPATCH_BUCKETS, registers })
  }

  set({ byState, emptyPools, connections, isRecovering }: NodeReadings): void {
    for (const state of STATES) this.#states.set({ state }, byState[state])
    this.#empty.set(emptyPools)
    this.#connections.set(connections)
    this.#recovering.set(Number(isRecovering))
  }

  onRefused(code: string): void {
    this.#refused.inc({ code })
  }

  onEvent(event: EngineEvent): void {
    switch (event.type) {
      case 'node_changed':
        this.#changes.inc({ to: event.to })
        break
      case 'room_asked':
        this.#asked.inc({ outcome: event.outcome })
        break
      case 'order_acked':
        this.#dispatch.observe(event.ms / 1_000)
        break
      case 'order_failed':
        this.#failed.inc({ reason: event.code })
        if (event.code === 'ACK_TIMEOUT') this.#ackTimeouts.inc()
        break
      case 'leader_changed':
        this.#leads.set({ role: event.role }, Number(event.leads))
        if (event.leads) this.#leaders.inc({ role: event.role })
        break
      case 'capacity_drifted':
        this.#drift.inc(Math.abs(event.by))
        break
      case 'pools_applied':
        this.#poolVersion.set(event.version)
        break
      default:
    }
  }
}
