import {
  type Clock,
  createExecutionDefaults,
  type ExecutionDefaultSettings,
  type ExecutionDefaults,
  systemClock,
} from '@rota/core'
import type { Executor } from '@rota/executors'
import { LONGEST_SLEEP_MS } from '../duties/loop.ts'
import type { Retention } from '../duties/pruner.ts'
import { type FleetSettings, USUAL_FLEET } from '../fleet/settings.ts'
import { createMemoryHub } from '../hot/memory/open.ts'
import type { Capacities } from '../placement/local-placer.ts'
import { createLimits, type LimitSettings, type Limits } from '../planning/limits.ts'
import { DEFAULT_PRIORITY_STEP_MS } from '../planning/rank.ts'
import type { HotParts } from '../ports/hot.ts'
import type { PolicySource } from '../ports/policies.ts'
import type { SecretSource } from '../ports/secrets.ts'
import type { StoreParts } from '../ports/store.ts'

/** How an engine is set up. Durations in milliseconds; everything but store and executors has a default. */
export interface EngineOptions {
  store: StoreParts
  executors: ReadonlyMap<string, Executor>
  /** What tasks refer to by `${secret:NAME}`. Default: nothing, and such tasks are refused. */
  secrets?: SecretSource | null
  /** What instances share beside the store. Default: in memory, for one that is alone in its process. */
  hot?: HotParts
  clock?: Clock
  /** Zone of tasks that name none. Default UTC. */
  defaultTimezone?: string
  /** Attempts that may run at once here. Default 64 processes, 2,000 calls. */
  capacity?: Partial<Capacities>
  /** How far ahead occurrences are written. Default 5,000. */
  horizonMs?: number
  /** How long before its instant an execution is claimed. Default 2,500. */
  prefetchMs?: number
  /** Executions claimed and not started, at most. Default 100,000. */
  mostHeld?: number
  /**
   * How long an instance may be silent before its work is taken over. Default 4,000 where there can be other
   * instances: they look eight times in that time, so that takeover begins within about five seconds. Else 15,000.
   */
  leaseMs?: number
  /**
   * How long the loop may stand still before its lease is given up, where a thread renews it meanwhile. Default 30,000.
   */
  loopDeadMs?: number
  /** How often the dispatcher looks for work that nobody told it of. Default 1,000. */
  pollMs?: number
  /** How long a duty sleeps at most without looking at the wall clock. Default 5,000. */
  longestSleepMs?: number
  /** Executions that may run at once, over all and by group. Default: no limit. */
  limits?: Partial<LimitSettings>
  /** What tasks and jobs take that say nothing of time limit, retry and executions at once. */
  execution?: ExecutionDefaultSettings
  /** What tasks are held to when they are saved, run and started. Default: nothing. */
  policies?: PolicySource | null
  /** How nodes are watched; null where there are none, and nobody watches. Default null. */
  nodes?: Partial<FleetSettings> | null
  /** Head start of one step of priority. Default 60,000. */
  priorityStepMs?: number
  /** Claims after which an execution that kills its server each time is given up. Default 5. */
  poisonAfter?: number
  /** Whether tasks that run at the boot of the machine run at the start of this engine. Default false. */
  isFirstStartSinceBoot?: boolean
  /** How long history, jobs and deleted tasks are kept. */
  retention?: Partial<Retention>
  /** Happenings kept at most for those who follow them and do not come. Default 1,000,000. */
  mostHappenings?: number
  version?: string
  /** Random numbers in [0, 1) for retry jitter, and bytes for ids. */
  random?: () => number
  randomBytes?: (target: Uint8Array<ArrayBuffer>) => unknown
}

/** The options with everything decided: nothing after this meets one that is absent. */
export interface EngineSettings
  extends Required<Omit<EngineOptions, 'capacity' | 'limits' | 'execution' | 'randomBytes' | 'retention' | 'nodes'>> {
  capacity: Capacities
  limits: Limits
  defaults: ExecutionDefaults
  retention: Partial<Retention>
  randomBytes: EngineOptions['randomBytes']
  /** Whether there can be other instances on the same store. */
  isShared: boolean
  nodes: FleetSettings
  /** Whether nodes are watched at all. */
  hasNodes: boolean
}

export function compileOptions(options: EngineOptions): EngineSettings {
  const { store, executors, capacity, limits, execution, randomBytes } = options
  const isShared = !store.capabilities.exclusive
  const clock = options.clock ?? systemClock
  return {
    store,
    executors,
    secrets: options.secrets ?? null,
    clock,
    isShared,
    randomBytes,
    hot: options.hot ?? createMemoryHub(clock).join(),
    defaultTimezone: options.defaultTimezone ?? 'UTC',
    capacity: { processes: 64, calls: 2000, ...capacity },
    horizonMs: options.horizonMs ?? 5000,
    prefetchMs: options.prefetchMs ?? 2500,
    mostHeld: options.mostHeld ?? 100_000,
    leaseMs: options.leaseMs ?? (isShared ? 4000 : 15_000),
    loopDeadMs: options.loopDeadMs ?? 30_000,
    pollMs: options.pollMs ?? 1000,
    longestSleepMs: options.longestSleepMs ?? LONGEST_SLEEP_MS,
    limits: createLimits(limits),
    defaults: createExecutionDefaults(execution),
    policies: options.policies ?? null,
    nodes: { ...USUAL_FLEET, ...options.nodes },
    hasNodes: options.nodes != null,
    priorityStepMs: options.priorityStepMs ?? DEFAULT_PRIORITY_STEP_MS,
    poisonAfter: options.poisonAfter ?? 5,
    isFirstStartSinceBoot: options.isFirstStartSinceBoot ?? false,
    retention: options.retention ?? {},
    mostHappenings: options.mostHappenings ?? 1_000_000,
    version: options.version ?? '',
    random: options.random ?? Math.random,
  }
}
