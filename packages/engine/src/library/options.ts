import { type Clock, invalid, processZone, resolveZone, systemClock } from '@rota/core'
import type { HandlerFunction } from '@rota/executors'
import type { SecretSource } from '../ports/secrets.ts'
import type { OnError } from './events.ts'
import { refuseUnknown } from './option-names.ts'

/** What {@link createScheduler} can be told. Everything has a default. */
export interface SchedulerOptions {
  /**
   * Where jobs and schedules are kept. `memory` (default) ends with the process; a folder survives it, and belongs to one
   * process at a time.
   */
  store?: 'memory' | { folder: string }
  /** IANA zone of schedules that name none. Default: the zone of the process. */
  timezone?: string
  /** Handlers by name, as {@link Scheduler.handle} adds them one by one. */
  handlers?: Record<string, HandlerFunction>
  /** Handlers that may run at once. Default 2,000. */
  concurrency?: number
  /** Where values for `${secret:NAME}` in jobs and schedules come from. Default: nowhere, and such ones are refused. */
  secrets?: SecretSource
  /** Told of everything that goes wrong in the program's own functions. Default: printed to stderr. */
  onError?: OnError
  /** The source of time; tests pass a manual one. */
  clock?: Clock
}

const OPTIONS: (keyof SchedulerOptions)[] = [
  'store',
  'timezone',
  'handlers',
  'concurrency',
  'secrets',
  'onError',
  'clock',
]

/** Options with every default filled in. */
export interface CompiledSchedulerOptions {
  readonly folder: string | null
  readonly timezone: string
  readonly handlers: Record<string, HandlerFunction>
  readonly concurrency: number | null
  readonly secrets: SecretSource | null
  readonly onError: OnError | undefined
  readonly clock: Clock
}

/** Fills in defaults. Throws `invalid` for options that do not exist or have impossible values. */
export function compileSchedulerOptions(options: SchedulerOptions): CompiledSchedulerOptions {
  refuseUnknown(options, OPTIONS)
  const { store = 'memory', concurrency } = options
  if (store !== 'memory' && typeof store?.folder !== 'string') {
    throw invalid([{ path: 'store', message: "is 'memory' or { folder: PATH }." }])
  }
  if (concurrency !== undefined && (!Number.isInteger(concurrency) || concurrency < 1)) {
    throw invalid([{ path: 'concurrency', message: `is ${concurrency}; it must be a whole number above 0.` }])
  }
  return Object.freeze({
    folder: store === 'memory' ? null : store.folder,
    timezone: zoneOf(options.timezone),
    handlers: options.handlers ?? {},
    concurrency: concurrency ?? null,
    secrets: options.secrets ?? null,
    onError: options.onError,
    clock: options.clock === undefined ? systemClock : bound(options.clock),
  })
}

/** The zone that is given, else that of the process. */
function zoneOf(given: string | undefined): string {
  const { TZ } = process.env
  const zone = given ?? processZone(TZ, new Intl.DateTimeFormat().resolvedOptions().timeZone)
  const resolved = resolveZone(zone ?? TZ)
  if (typeof resolved === 'string') return resolved
  // Node takes a TZ that it does not understand for UTC, without a word.
  const message = given === undefined ? `${resolved.message} It stands in the variable TZ.` : resolved.message
  throw invalid([{ ...resolved, path: 'timezone', message }])
}

/** A clock whose methods can be passed on by themselves, whatever class it is of. */
function bound(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs, fn) => clock.after(delayMs, fn),
  }
}
