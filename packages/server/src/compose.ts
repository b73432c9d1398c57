import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, createIds, systemClock } from '@rota/core'
import { createEngine, type Engine, type EngineOptions, type Store } from '@rota/engine'
import { createExecutors, type HandlerPool, reapOrphans } from '@rota/executors'
import type { Config } from '@rota/protocol'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { createAccess } from './auth/access.ts'
import { type Bootstrap, bootstrapAdministrator, FIRST_PASSWORD_FILE } from './auth/bootstrap.ts'
import { loadKey, prepareDataDir } from './auth/key-files.ts'
import { removeLocalToken, writeLocalToken } from './auth/local-token.ts'
import { createExamples } from './examples.ts'
import { type App, buildApp } from './http/app.ts'
import { LiveStreams } from './http/live-streams.ts'
import { RequestKeys } from './http/request-keys.ts'
import { addressOf, listen } from './listening.ts'
import { createLogger } from './logger.ts'
import { Metrics } from './metrics/metrics.ts'
import { openHandlers, openStore } from './opening.ts'
import { executorOptions } from './programs.ts'
import { allRoutes } from './routes/index.ts'
import type { Services } from './services.ts'
import { createAccessStore } from './store/access-store.ts'
import type { AccessTables } from './store/tables.ts'
import { VERSION } from './version.ts'

const HOUR_MS = 3_600_000

export interface ServerOptions {
  clock?: Clock
  logger?: Logger
  /** For the administrator, on the first start only. Without it a random one is made. */
  adminPassword?: string | undefined
}

export interface Server {
  readonly engine: Engine
  readonly app: App
  /** Where it listens; known once started. */
  readonly url: string
  /** Listens, takes up the work, and on the first start makes administrator and examples. */
  start(): Promise<Bootstrap>
  /** Finishes or cancels what runs, then closes everything. A second call with a shorter grace hastens the first. */
  stop(options?: { graceMs?: number }): Promise<void>
}

/**
 * Puts the server together: the only place that knows every part.
 *
 * Throws StartFailure, with an exit code and a line that says how to mend it, when the data directory is in use or
 * cannot be written, a key file is unsafe, or the handler module cannot be loaded.
 */
export async function createServer(config: Config, options: ServerOptions = {}): Promise<Server> {
  const clock = options.clock ?? systemClock
  const logger = options.logger ?? createLogger(config.log.level)
  prepareDataDir(config.data_dir)
  const store = await openStore(config.data_dir, clock, logger)
  try {
    return await assemble({ config, clock, logger, store, adminPassword: options.adminPassword })
  } catch (error) {
    await store.close()
    throw error
  }
}

interface Ground {
  config: Config
  clock: Clock
  logger: Logger
  store: Store
  adminPassword: string | undefined
}

async function assemble(ground: Ground): Promise<Server> {
  const { config, clock, logger, store } = ground
  const signingKey = loadKey(config.data_dir, 'signing.key')
  // Programs of this data directory are known by it; it must not reveal the key.
  const mark = createHash('sha256').update('rota instance mark').update(signingKey).digest('hex').slice(0, 32)
  const pool = await openHandlers(config, clock)
  const executors = createExecutors({
    ...executorOptions(config),
    clock,
    instanceMark: mark,
    ...(pool && { handlerExecutor: pool }),
  })
  const engine = createEngine({
    store,
    executors,
    clock,
    defaultTimezone: config.timezone,
    lanes: { processes: config.executions.max_programs, calls: config.executions.max_calls },
    limits: config.limits,
    retention: retentionOf(config),
    version: VERSION,
  })
  const accessStore = createAccessStore(store.kysely as unknown as Kysely<AccessTables>)
  const streams = new LiveStreams(config.http.max_streams)
  const metrics = new Metrics(() => readGauges(engine, streams), VERSION)
  const access = createAccess({
    store: accessStore,
    signingKey,
    settings: config.auth,
    clock,
    newId: createIds(() => clock.now()),
    onLogin: (result) => metrics.onLogin(result),
  })
  const services: Services = {
    ...access,
    engine,
    requestKeys: new RequestKeys(accessStore.requestKeys, clock),
    metrics,
    streams,
    config,
    clock,
    version: VERSION,
    onPasswordChanged: () => rm(join(config.data_dir, FIRST_PASSWORD_FILE), { force: true }),
  }
  const app = await buildApp(allRoutes({ hasPublicMetrics: config.http.public_metrics }), services, logger)
  engine.on((event) => metrics.onEvent(event))
  engine.on((event) => {
    if (event.type === 'degraded') logger.error({ reason: event.reason }, 'degraded')
    if (event.type === 'recovered') logger.info('recovered')
  })
  return lifecycle({ ...ground, services, accessStore, engine, app, pool, mark })
}

type Parts = Ground & {
  services: Services
  accessStore: ReturnType<typeof createAccessStore>
  engine: Engine
  app: App
  pool: HandlerPool | null
  mark: string
}

function lifecycle(parts: Parts): Server {
  const { config, clock, logger, store, services, accessStore, engine, app, pool, mark } = parts
  let stopping: Promise<void> | undefined
  let starting: Promise<Bootstrap> | undefined
  let isStarted = false
  const hastened = Promise.withResolvers<void>()
  let upkeep = { cancel: () => {} }

  async function begin(): Promise<Bootstrap> {
    await listen(app, config)
    const url = addressOf(app, config)
    const reaped = await reapOrphans(mark, { clock })
    if (reaped > 0) logger.warn({ processes: reaped }, 'ended programs that an earlier server left behind')
    await engine.start()
    isStarted = true
    const bootstrap = await bootstrapAdministrator(services.users, parts.adminPassword, config.data_dir)
    await writeLocalToken({ store: accessStore, apiTokens: services.apiTokens, dataDir: config.data_dir, url })
    if (bootstrap.isFirstStart && config.examples) await createExamples(engine)
    keepHouse()
    logger.info({ url, data_dir: config.data_dir, version: VERSION }, 'started')
    return bootstrap
  }

  function keepHouse(): void {
    services.sessions.prune().catch((error) => logger.warn({ err: error }, 'expired sessions could not be deleted'))
    upkeep = clock.after(HOUR_MS, keepHouse)
  }

  async function close(graceMs: number): Promise<void> {
    logger.info({ grace_ms: graceMs }, 'stopping')
    // A stop during the start waits for it: what is half open cannot be closed in order.
    await starting?.catch(() => undefined)
    upkeep.cancel()
    if (isStarted) await Promise.race([engine.stop({ graceMs }), hastened.promise])
    services.streams.closeAll()
    await app.server.close()
    await app.pending.drained()
    await removeLocalToken(accessStore, config.data_dir).catch(() => undefined)
    await pool?.close()
    await store.close()
    logger.info('stopped')
  }

  return {
    engine,
    app,
    get url() {
      return addressOf(app, config)
    },
    start() {
      starting ??= begin()
      return starting
    },
    async stop({ graceMs = config.executions.shutdown_grace_seconds * 1_000 } = {}) {
      if (stopping === undefined) stopping = close(graceMs)
      else engine.stop({ graceMs }).then(hastened.resolve, hastened.reject)
      return stopping
    },
  }
}

/** 0 stands for "keep everything", which the engine calls null. */
function retentionOf({ executions }: Config): NonNullable<EngineOptions['retention']> {
  return {
    days: executions.history_days || null,
    count: executions.history_count || null,
    keepLast: executions.history_keep_last,
    jobDays: executions.job_history_days || null,
    deletedTaskDays: executions.deleted_task_days,
    rollupDays: executions.statistics_days,
  }
}

async function readGauges(engine: Engine, streams: LiveStreams) {
  const { pending, running, oldest_waiting_ms, tasks } = await engine.gauges()
  const { state, event_loop_delay_ms } = engine.status()
  return {
    pending,
    running,
    tasks,
    oldestWaitingMs: oldest_waiting_ms,
    isDegraded: state === 'degraded',
    streams: streams.count,
    eventLoopDelayMs: event_loop_delay_ms,
  }
}
