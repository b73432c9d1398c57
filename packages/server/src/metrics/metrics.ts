import type { EngineEvent, HotStatus } from '@rota/engine'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { NodeMetrics, type NodeReadings } from './node-metrics.ts'

const LATENESS_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 300]
const DURATION_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400]
const STORE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
const HTTP_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]
const BATCH_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000]

/** What the gauges show; read when somebody asks. */
export interface Readings {
  pending: number
  running: number
  oldestWaitingMs: number | null
  tasks: number
  isDegraded: boolean
  streams: number
  hot: HotStatus
  nodes: NodeReadings
  eventLoopDelayMs: { p50: number; p99: number; max: number } | null
}

/**
 * The library samples the loop by a timer of its own, a hundred times a second: half of what an idle server does. It is
 * never to fire, and what it would say is left out; `scheduler_event_loop_delay_seconds` says it without waking anybody.
 */
const NEVER_MS = 2 ** 31 - 1
const SAMPLED_LAGS = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99']

/** The Prometheus metrics of one server. Counters follow the engine's events; gauges are read on demand. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #executions = this.#counter('scheduler_executions_total', 'Ended executions.', ['status', 'type', 'trigger'])
  readonly #failures = this.#counter('scheduler_failures_total', 'Failed executions by kind.', ['failure'])
  readonly #created = this.#counter('scheduler_executions_created_total', 'Executions made.', ['trigger'])
  readonly #retries = this.#counter('scheduler_retries_total', 'Attempts that are tried again.', [])
  readonly #fenced = this.#counter(
    'scheduler_results_fenced_total',
    'Attempts that ran here when others had taken their executions over.',
    [],
  )
  readonly #lapses = this.#counter('scheduler_lease_lapses_total', 'Times this server had lost its lease.', [])
  readonly #lateness = this.#histogram('scheduler_schedule_lateness_seconds', 'Start after due.', [], LATENESS_BUCKETS)
  readonly #duration = this.#histogram('scheduler_execution_duration_seconds', 'Run time.', ['type'], DURATION_BUCKETS)
  readonly #batchSize = this.#histogram('scheduler_batch_size', 'Rows per store batch.', ['leg'], BATCH_BUCKETS)
  readonly #batchTime = this.#histogram('scheduler_store_seconds', 'Time of a store batch.', ['leg'], STORE_BUCKETS)
  readonly #http = this.#histogram(
    'scheduler_http_request_seconds',
    'Time of API requests.',
    ['method', 'route', 'status'],
    HTTP_BUCKETS,
  )
  readonly #logins = this.#counter('scheduler_logins_total', 'Sign-ins by result.', ['result'])
  readonly #queue = this.#gauge('scheduler_queue_depth', 'Executions that wait.', [])
  readonly #oldest = this.#gauge('scheduler_queue_oldest_seconds', 'Age of the oldest that waits.', [])
  readonly #running = this.#gauge('scheduler_running', 'Executions under way.', [])
  readonly #tasks = this.#gauge('scheduler_tasks', 'Tasks that exist.', [])
  readonly #degraded = this.#gauge('scheduler_degraded', '1 while the store cannot be written.', [])
  readonly #streams = this.#gauge('scheduler_live_streams', 'Open live logs.', [])
  readonly #hotUp = this.#gauge('scheduler_hot_state_up', '1 while the hot state can be used.', ['kind'])
  readonly #hotReconnects = this.#counter('scheduler_hot_state_reconnects_total', 'Connections made anew.', [])
  readonly #hotFailures = this.#counter('scheduler_hot_state_failures_total', 'Calls that failed.', [])
  readonly #hotDropped = this.#counter('scheduler_hot_state_dropped_total', 'Messages not sent.', [])
  #hotBefore = { reconnects: 0, failures: 0, dropped: 0 }
  readonly #loopDelay = this.#gauge('scheduler_event_loop_delay_seconds', 'Delay of the loop.', ['quantile'])
  readonly #nodes = new NodeMetrics(this.#registry)
  readonly #read: () => Promise<Readings>

  constructor(read: () => Promise<Readings>, version: string) {
    this.#read = read
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: NEVER_MS })
    for (const figure of SAMPLED_LAGS) this.#registry.removeSingleMetric(`nodejs_eventloop_lag_${figure}_seconds`)
    this.#gauge('scheduler_info', 'Always 1.', ['version']).set({ version }, 1)
  }

  /** The text that Prometheus scrapes. */
  async text(): Promise<string> {
    const readings = await this.#read()
    this.#queue.set(readings.pending)
    this.#oldest.set((readings.oldestWaitingMs ?? 0) / 1_000)
    this.#running.set(readings.running)
    this.#tasks.set(readings.tasks)
    this.#degraded.set(Number(readings.isDegraded))
    this.#streams.set(readings.streams)
    this.#setHot(readings.hot)
    this.#nodes.set(readings.nodes)
    const { p50 = 0, p99 = 0, max = 0 } = readings.eventLoopDelayMs ?? {}
    for (const [quantile, ms] of Object.entries({ 0.5: p50, 0.99: p99, 1: max })) {
      this.#loopDelay.set({ quantile }, ms / 1_000)
    }
    return this.#registry.metrics()
  }

  /** The adapter counts by itself; what was added since the last look is added here. */
  #setHot({ kind, trouble, reconnects, failures, dropped }: HotStatus): void {
    this.#hotUp.set({ kind }, Number(trouble === null))
    this.#hotReconnects.inc(reconnects - this.#hotBefore.reconnects)
    this.#hotFailures.inc(failures - this.#hotBefore.failures)
    this.#hotDropped.inc(dropped - this.#hotBefore.dropped)
    this.#hotBefore = { reconnects, failures, dropped }
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** Counts what happened in the engine. */
  onEvent(event: EngineEvent): void {
    this.#nodes.onEvent(event)
    switch (event.type) {
      case 'execution_created':
        this.#created.inc({ trigger: event.trigger })
        break
      case 'execution_started':
        this.#lateness.observe(Math.max(event.latenessMs, 0) / 1_000)
        break
      case 'execution_finished':
        this.#onFinished(event)
        break
      case 'execution_retried':
        this.#retries.inc()
        break
      case 'execution_fenced':
        this.#fenced.inc()
        break
      case 'instance_fenced':
        this.#lapses.inc()
        break
      case 'batch':
        this.#batchSize.observe({ leg: event.leg }, event.size)
        this.#batchTime.observe({ leg: event.leg }, event.ms / 1_000)
        break
      default:
    }
  }

  /** Counts a served request by its route's pattern, never by its path. */
  onRequest(method: string, route: string, status: number, seconds: number): void {
    this.#http.observe({ method, route, status: String(status) }, seconds)
  }

  onNodeRefused(code: string): void {
    this.#nodes.onRefused(code)
  }

  onLogin(result: string): void {
    this.#logins.inc({ result })
  }

  #onFinished({ status, taskType, trigger, failure, durationMs }: EngineEvent & { type: 'execution_finished' }): void {
    this.#executions.inc({ status, type: taskType, trigger })
    if (failure !== null) this.#failures.inc({ failure })
    if (durationMs !== null) this.#duration.observe({ type: taskType }, durationMs / 1_000)
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Counter({ name, help, labelNames, registers: [this.#registry] })
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] })
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: Label[], buckets: number[]) {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] })
  }
}
