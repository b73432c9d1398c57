// Long because: this is the one file that knows every part.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type AuditDraft, type Clock, createIds, type PolicyMachine, systemClock } from '@rota/core'
import {
  createEngine,
  type DataDirectory,
  type Engine,
  type EngineOptions,
  type HotParts,
  type PolicySource,
  type Store,
} from '@rota/engine'
import {
  createExecutors,
  createHandlerRegistry,
  createPolicyMachine,
  type HandlerPool,
  probePrograms,
  reapOrphans,
} from '@rota/executors'
import type { Config } from '@rota/protocol'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { AccessStore } from './access-store.ts'
import { Checkpoints } from './audit/checkpoints.ts'
import { AuditKeeper } from './audit/keeper.ts'
import { tellOfRefusals } from './audit/refusals.ts'
import { signInAudit } from './audit/sign-ins.ts'
import { createAccess } from './auth/access.ts'
import { type Bootstrap, bootstrapAdministrator, checkFirstStart, FIRST_PASSWORD_FILE } from './auth/bootstrap.ts'
import { KEYS_FOLDER, loadKey, SECRETS_KEY_FILE } from './auth/key-files.ts'
import { removeLocalToken, writeLocalToken } from './auth/local-token.ts'
import type { PasswordCost } from './auth/passwords.ts'
import { givenSigningKey, sharedSigningKey } from './auth/signing-key.ts'
import { type BootMark, readBootMark } from './boot-mark.ts'
import type { GivenSecret } from './config/secret-file.ts'
import { logEvent } from './event-log.ts'
import { createExamples } from './examples.ts'
import { Gateway } from './gateway/gateway.ts'
import { holdTaskChange } from './held-changes.ts'
import { type App, buildApp } from './http/app.ts'
import { LiveFeed } from './http/live-feed.ts'
import { LiveStreams } from './http/live-streams.ts'
import { tellOfNodes } from './http/node-changes.ts'
import { RequestKeys } from './http/request-keys.ts'
import { programMark } from './identity.ts'
import { addressOf, listen } from './listening.ts'
import { createLogger } from './logger.ts'
import { Metrics } from './metrics/metrics.ts'
import { NodeKeys, renewKey } from './node-keys.ts'
import { type OpenedStore, openDataDirectory, openHandlers, openHot, openStore } from './opening.ts'
import { PolicyBook } from './policy-book.ts'
import type { SafetyTables } from './policy-rows.ts'
import { ProgramProbe } from './program-probe.ts'
import { executorOptions } from './programs.ts'
import { allRoutes } from './routes/index.ts'
import type { SecretStore } from './secret-store.ts'
import { createSecretSource } from './secrets/secret-source.ts'
import { openVault, type Vault } from './secrets/vault.ts'
import type { Services } from './services.ts'
import { createAccessStore } from './store/access-store.ts'
import { createChangeRequestStore, createPolicyStore } from './store/policies.ts'
import { createSecretStore } from './store/secrets.ts'
import { writeAudited } from './store/write.ts'
import { trialHandlers } from './trial-handlers.ts'
import { VERSION } from './version.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export interface ServerOptions {
  clock?: Clock
  logger?: Logger
  /** For the administrator, on the first start only. Without it a random one is made. */
  adminPassword?: string | GivenSecret | undefined
  /** Other than usual where many servers are started that nobody attacks. */
  passwordCost?: PasswordCost | undefined
}

export interface Server {
  readonly engine: Engine
  readonly app: App
  /** Where it listens; known once started. */
  readonly url: string
  /** Listens, takes up the work, and on the first start makes administrator and examples. */
  start(): Promise<Bootstrap>
  /** Resolves with the reason when the database is another process's: nothing can be written any more. */
  readonly lost: Promise<string>
  /** Ends what runs here and can only be ended so. */
  endPrograms(): Promise<void>
  /** Finishes or cancels what runs, then closes everything. A second call with a shorter grace hastens the first. */
  stop(options?: { graceMs?: number }): Promise<void>
}

/**
 * Puts the server together: the only place that knows every part.
 *
 * Throws StartFailure, with an exit code and a line that says how to mend it, when the data directory is in use or
 * cannot be written, the database cannot be used, a key file is unsafe, or the handler module cannot be loaded.
 */
export async function createServer(config: Config, options: ServerOptions = {}): Promise<Server> {
  const { clock = systemClock, logger = createLogger(config.log.level), adminPassword, passwordCost } = options
  const directory = openDataDirectory(config, clock)
  const opening = { config, directory, clock, logger }
  /** What is open, should the start fail. */
  const opened: (() => unknown)[] = [directory.release]
  try {
    const hot = await openHot(opening)
    opened.push(() => hot.close())
    const store = await openStore(opening)
    opened.push(() => store.close())
    const accessStore = createAccessStore(store.store)
    const secretStore = createSecretStore(store.store)
    const isOwn = store.store.capabilities.exclusive
    const ownKeyFile = isOwn ? join(config.data_dir, KEYS_FOLDER, SECRETS_KEY_FILE) : null
    const vault = await openVault({ config, store: secretStore, clock: store.clock, ownKeyFile })
    const chosenPassword = await checkFirstStart({
      users: accessStore.users,
      directory,
      given: typeof adminPassword === 'string' ? givenAs(adminPassword) : adminPassword,
      minLength: config.auth.password_min_length,
    })
    return await assemble({
      ...{ ...store, hot, config, logger, directory, accessStore, secretStore, vault, chosenPassword, passwordCost },
    })
  } catch (error) {
    for (const close of opened.reverse()) await close()
    throw error
  }
}

const givenAs = (text: string): GivenSecret => ({ variable: 'adminPassword', text, problem: null })

type Ground = OpenedStore & {
  hot: HotParts
  config: Config
  logger: Logger
  directory: DataDirectory
  accessStore: AccessStore
  secretStore: SecretStore
  vault: Vault
  chosenPassword: string | undefined
  passwordCost: PasswordCost | undefined
}

async function assemble(ground: Ground): Promise<Server> {
  const { config, clock, logger, store, accessStore } = ground
  const localKey = loadKey(config.data_dir, 'signing.key')
  const mark = programMark(config.data_dir)
  const pool = await openHandlers(config, clock)
  const programs = executorOptions(config)
  const executors = createExecutors({
    ...programs,
    clock,
    instanceMark: mark,
    ...(pool ? { handlerExecutor: pool } : { handlers: createHandlerRegistry(trialHandlers(clock)) }),
  })
  const boot = await readBootMark(config.data_dir, clock)
  const safety = safetyOf(ground, createPolicyMachine(executors, { ...programs, clock }))
  const engine = engineOf(ground, { executors, boot, safety })
  const signingKey = await chooseSigningKey({ config, store, accessStore, localKey })
  const start = { isOver: false }
  const probe = new ProgramProbe({ clock, probe: () => probePrograms(executors), onChange: tellsTrouble(logger) })
  const services = servicesOf(ground, { engine, signingKey, start, probe, safety })
  const auditKeeper = auditKeeperOf(ground, services)
  const app = await buildApp(allRoutes({ hasPublicMetrics: config.http.public_metrics }), services, logger)
  tellOfEvents(engine, { ...services, probe, logger })
  return lifecycle({
    ...ground,
    services,
    engine,
    app,
    pool,
    mark,
    boot,
    start,
    probe,
    programsAt: {
      tempDir: programs.tempDir,
      ...(programs.cgroupRoot !== undefined && { cgroupRoot: programs.cgroupRoot }),
    },
    auditKeeper,
  })
}

interface Serving {
  engine: Engine
  signingKey: Uint8Array
  start: { isOver: boolean }
  probe: ProgramProbe
  safety: Safety
}

/** What tasks are held to, and what waits for a second person. */
function safetyOf({ config, store, clock, logger, accessStore }: Ground, policyMachine: PolicyMachine) {
  const tables = store.kysely as unknown as Kysely<SafetyTables>
  const audited = (...audit: AuditDraft[]) => writeAudited(store, audit)
  const policyStore = createPolicyStore(tables, audited)
  const policyBook = new PolicyBook({
    ...{ store: policyStore, accessStore, clock, isShared: !store.capabilities.exclusive },
    onTrouble: (error) =>
      logger.warn({ err: error }, 'policies could not be read; those that were known stay in force'),
  })
  const changeRequests = createChangeRequestStore(tables, audited)
  const newId = createIds(() => clock.now())
  const source: PolicySource = {
    get current() {
      return policyBook.current
    },
    machine: policyMachine,
    bearerOf: (caller) => policyBook.bearerOf(caller),
    hold: (caller, change) => holdTaskChange({ changeRequests, clock, newId, config }, caller, change),
  }
  return { services: { policyStore, policyBook, policyMachine, changeRequests }, source }
}

type Safety = ReturnType<typeof safetyOf>

/** What handlers of requests may use. */
function servicesOf(ground: Ground, { engine, signingKey, start, probe, safety }: Serving): Services {
  const { config, clock, store, hot, accessStore } = ground
  const newId = createIds(() => clock.now())
  const streams = streamsOf(config)
  const tellOfSignIn = signInAudit({ audit: engine.audit, clock })
  const metrics = new Metrics(
    gaugesOf(engine, streams, hot, () => gateway.count),
    VERSION,
  )
  const gateway: Gateway = gatewayOf(config, { engine, clock, metrics })
  const access = createAccess({
    store: accessStore,
    signingKey,
    settings: config.auth,
    clock,
    limits: hot.rateLimits,
    newId,
    passwordCost: ground.passwordCost,
    onLogin: (told) => {
      metrics.onLogin(told.result)
      return tellOfSignIn(told)
    },
    onTrouble: (message) => ground.logger.warn(message),
  })
  const isShared = !store.capabilities.exclusive
  return {
    ...access,
    ...safety.services,
    accessStore,
    secretStore: ground.secretStore,
    vault: ground.vault,
    engine,
    nodeKeys: new NodeKeys(engine.nodes),
    gateway,
    database: store.kysely,
    audited: (...audit) => writeAudited(store, audit),
    hot,
    requestKeys: new RequestKeys({ store: accessStore.requestKeys, clock, secret: signingKey, isShared }),
    metrics,
    checkpoints: checkpointsOf(config),
    observe: (server) => tellOfRefusals(server, { audit: engine.audit, clock, logger: ground.logger }),
    streams,
    feed: new LiveFeed(clock, hot.changeRelay),
    config,
    clock,
    newId,
    version: VERSION,
    isStarted: () => start.isOver,
    programTrouble: () => probe.trouble,
    onPasswordChanged: () => rm(join(config.data_dir, FIRST_PASSWORD_FILE), { force: true }),
  }
}

function checkpointsOf({ data_dir: folder, audit }: Config): Checkpoints {
  return new Checkpoints(
    audit.checkpoint_file ?? join(folder, 'audit-checkpoints.ndjson'),
    loadKey(folder, 'audit.key'),
  )
}

function auditKeeperOf({ config, clock, logger }: Ground, { engine, checkpoints }: Services): AuditKeeper {
  const { checkpoint_seconds: seconds, keep_days: days } = config.audit
  const keepMs = days === 0 ? null : days * DAY_MS
  return new AuditKeeper({ audit: engine.audit, checkpoints, clock, logger, everyMs: seconds * 1_000, keepMs })
}

function engineOf(
  { config, clock, store, hot, secretStore, vault }: Ground,
  { executors, boot, safety }: { executors: ReturnType<typeof createExecutors>; boot: BootMark; safety: Safety },
): Engine {
  return createEngine({
    isFirstStartSinceBoot: boot.isFirstStart,
    store,
    executors,
    secrets: createSecretSource(secretStore, vault),
    policies: safety.source,
    hot,
    clock,
    defaultTimezone: config.timezone,
    capacity: { processes: config.executions.max_programs, calls: config.executions.max_calls },
    limits: config.limits,
    execution: config.execution,
    retention: retentionOf(config),
    nodes: fleetOf(config),
    version: VERSION,
    ...(!store.capabilities.exclusive && {
      leaseMs: config.cluster.lease_seconds * 1_000,
      loopDeadMs: config.cluster.loop_dead_seconds * 1_000,
      pollMs: config.cluster.poll_seconds * 1_000,
    }),
  })
}

function streamsOf({ http }: Config): LiveStreams {
  const { max_streams: most, max_streams_per_user: mostPerUser, max_streams_per_address: mostPerAddress } = http
  return new LiveStreams({ most, mostPerUser, mostPerAddress })
}

interface Told {
  clock: Clock
  metrics: Metrics
  feed: LiveFeed
  probe: ProgramProbe
  logger: Logger
}

function tellOfEvents(engine: Engine, { metrics, feed, probe, logger, clock }: Told): void {
  for (const told of [metrics, feed]) engine.on((event) => told.onEvent(event))
  tellOfNodes(engine.nodes.registry, clock, (change) => feed.onFound(change))
  engine.on((event) => {
    if (event.type === 'execution_finished' && event.failure === 'dispatch') probe.onStartFailed()
  })
  engine.on((event) => logEvent(logger, event))
}

type Parts = Ground & {
  services: Services
  engine: Engine
  app: App
  pool: HandlerPool | null
  mark: string
  /** Where programs leave traces on this machine. */
  programsAt: { tempDir: string; cgroupRoot?: string }
  probe: ProgramProbe
  auditKeeper: AuditKeeper
  boot: BootMark
  start: { isOver: boolean }
}

interface KeyPlaces {
  config: Config
  store: Store
  accessStore: AccessStore
  localKey: Uint8Array
}

/** Instances of one cluster accept each other's tokens; a server on its own needs nobody to. */
async function chooseSigningKey({ config, store, accessStore, localKey }: KeyPlaces): Promise<Uint8Array> {
  if (config.auth.signing_key !== null) return givenSigningKey(config.auth.signing_key)
  return store.capabilities.exclusive ? localKey : sharedSigningKey(accessStore.settings)
}

function lifecycle(parts: Parts): Server {
  const { config, clock, logger, services, accessStore, engine, app, pool, mark } = parts
  let stopping: Promise<void> | undefined
  let starting: Promise<Bootstrap> | undefined
  let isEngineStarted = false
  const hastened = Promise.withResolvers<void>()
  let upkeep = { cancel: () => {} }

  async function begin(): Promise<Bootstrap> {
    await listen(app, config)
    const url = addressOf(app, config)
    const reaped = await reapOrphans(mark, { clock, ...parts.programsAt })
    if (reaped > 0) logger.warn({ processes: reaped }, 'ended programs that an earlier server left behind')
    await services.policyBook.load()
    services.policyBook.watch()
    await engine.start()
    isEngineStarted = true
    await parts.boot.keep()
    const bootstrap = await bootstrapAdministrator(services.users, parts.chosenPassword, {
      dataDir: config.data_dir,
      minLength: config.auth.password_min_length,
    })
    // From here on there is somebody whose data it is.
    parts.directory.keep()
    void parts.probe.start()
    const { apiTokens } = services
    await writeLocalToken({ store: accessStore, apiTokens, dataDir: config.data_dir, mark, url })
    if (bootstrap.isFirstStart && config.examples) await createExamples(engine)
    parts.start.isOver = true
    keepHouse()
    void parts.auditKeeper.start()
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
    parts.probe.stop()
    services.policyBook.close()
    if (isEngineStarted) await Promise.race([engine.stop({ graceMs }), hastened.promise])
    services.streams.closeAll()
    services.gateway.closeAll()
    app.connections.drain()
    await app.server.close()
    await app.pending.drained()
    await removeLocalToken(accessStore, config.data_dir, mark).catch(() => undefined)
    await parts.auditKeeper.stop()
    await pool?.close()
    services.feed.close()
    await parts.hot.close()
    await parts.close()
    parts.directory.release()
    logger.info('stopped')
  }

  return {
    engine,
    app,
    lost: parts.lost,
    async endPrograms() {
      await reapOrphans(mark, { clock, ...parts.programsAt })
    },
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

/** Says when programs cannot be started here any more, and when they can again. */
function tellsTrouble(logger: Logger) {
  return (trouble: string | null): void => {
    if (trouble === null) logger.info('programs can be started again')
    else logger.error({ reason: trouble }, 'programs cannot be started')
  }
}

/** Where nodes come in. */
function gatewayOf(
  { nodes: config }: Config,
  { engine, clock, metrics }: Pick<Services, 'engine' | 'clock' | 'metrics'>,
): Gateway {
  return new Gateway({
    ...{ nodes: engine.nodes, clock, config },
    onRefused: (code) => metrics.onNodeRefused(code),
    renewKey: (node, link) => renewKey({ engine, clock, days: config.key_days }, node, link),
  })
}

/** How nodes are watched. */
function fleetOf({ nodes }: Config): NonNullable<EngineOptions['nodes']> {
  const share = (percent: number) => percent / 100
  const thresholds = {
    cpu: share(nodes.cpu_threshold),
    memory: share(nodes.memory_threshold),
    disk: share(nodes.disk_threshold),
    gpu: share(nodes.gpu_threshold),
  }
  return {
    heartbeatMs: nodes.heartbeat_seconds * 1_000,
    offlineAfterMs: nodes.offline_after_seconds * 1_000,
    thresholds: nodes.health_check_enabled ? thresholds : null,
    requiresGpu: nodes.require_gpu,
    ackTimeoutMs: nodes.ack_timeout_seconds * 1_000,
    quarantine: {
      failures: nodes.quarantine_failures,
      windowMs: 60_000,
      forMs: nodes.quarantine_seconds * 1_000,
      share: share(nodes.quarantine_percent),
    },
    poolPruneMs: nodes.pool_prune_minutes * 60_000,
    slowStartMs: nodes.slow_start_seconds * 1_000,
    loadKeepMs: nodes.load_history_hours * HOUR_MS,
    eventKeepMs: nodes.event_history_days * DAY_MS,
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

/** While the store is away the counts stay what they were last: that is when metrics are needed most. */
function gaugesOf(engine: Engine, streams: LiveStreams, hot: HotParts, connections: () => number) {
  let counts: Awaited<ReturnType<Engine['gauges']>> = { tasks: 0, pending: 0, running: 0, oldest_waiting_ms: null }
  return async () => {
    counts = await engine.gauges().catch(() => counts)
    const { pending, running, oldest_waiting_ms, tasks } = counts
    const { state, event_loop_delay_ms } = engine.status()
    return {
      pending,
      running,
      tasks,
      oldestWaitingMs: oldest_waiting_ms,
      isDegraded: state === 'degraded',
      streams: streams.count,
      eventLoopDelayMs: event_loop_delay_ms,
      hot: hot.status(),
      nodes: { ...nodeCounts(engine), connections: connections() },
    }
  }
}

function nodeCounts({ nodes: { registry, pools } }: Engine) {
  const byState = { ready: 0, degraded: 0, draining: 0, offline: 0 }
  const filled = new Set<string>()
  for (const { state, inPools } of registry.nodes.values()) {
    byState[state]++
    if (state === 'ready' || state === 'degraded') for (const pool of inPools) filled.add(pool)
  }
  const emptyPools = pools.names().filter((name) => !filled.has(name)).length
  return { byState, emptyPools, isRecovering: registry.isRecovering }
}
