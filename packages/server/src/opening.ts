import { type Clock, RotaError, say } from '@rota/core'
import type { HotParts, Store } from '@rota/engine'
import {
  createMemoryHub,
  DatabaseError,
  DatabaseFileError,
  type DataDirectory,
  DataDirectoryError,
  HotStateError,
  openPostgresStore,
  openRedisHot,
  openSqliteStore,
  removeFolders,
  takeDataDirectory,
} from '@rota/engine'
import { createHandlerPool, type HandlerPool } from '@rota/executors'
import type { Config } from '@rota/protocol'
import type { Logger } from 'pino'
import { FIRST_PASSWORD_FILE } from './auth/bootstrap.ts'
import { KEYS_FOLDER, prepareDataDir, SECRETS_KEY_FILE } from './auth/key-files.ts'
import { LOCAL_TOKEN_FILE } from './auth/local-token.ts'
import { BOOT_FILE } from './boot-mark.ts'
import { EXIT, StartFailure } from './failure.ts'
import { IDENTITY_FILE } from './identity.ts'
import { PROGRAMS_DIR } from './programs.ts'

/** Where everything is kept, and the time that all who share it go by. */
export interface OpenedStore {
  store: Store
  clock: Clock
  /** Resolves with the reason when the store is another process's from now on: the server must stop at once. */
  lost: Promise<string>
  close(): Promise<void>
}

/** What a server makes in its data directory, beside databases and lock. */
const OWN_NAMES = [KEYS_FOLDER, PROGRAMS_DIR, IDENTITY_FILE, BOOT_FILE, LOCAL_TOKEN_FILE, FIRST_PASSWORD_FILE]

/**
 * Takes the data directory, and leaves it as it was found should the start fail. Throws StartFailure when it cannot be
 * written, others may look into it, or another process has it.
 */
export function openDataDirectory({ data_dir: folder }: Config, clock: Clock): DataDirectory {
  const made = prepareDataDir(folder)
  try {
    const directory = takeDataDirectory({ folder, now: clock.now(), names: OWN_NAMES })
    return {
      ...directory,
      release() {
        directory.release()
        removeFolders(made)
      },
    }
  } catch (error) {
    removeFolders(made)
    throw asStartFailure(error)
  }
}

interface OpeningOptions {
  config: Config
  directory: DataDirectory
  /** The machine's. */
  clock: Clock
  logger: Logger
}

/**
 * Opens the store of a cluster where one is configured, else the embedded one. Throws StartFailure when the database cannot
 * be used, or another process has it.
 */
export async function openStore(opening: OpeningOptions): Promise<OpenedStore> {
  const { url } = opening.config.database
  try {
    return await (url === null ? openEmbedded(opening) : openShared(opening, url))
  } catch (error) {
    throw asStartFailure(error)
  }
}

function asStartFailure(error: unknown): unknown {
  const because = (exitCode: number) => new StartFailure(exitCode, (error as Error).message, { cause: error })
  if (error instanceof DataDirectoryError) return because(error.reason === 'in_use' ? EXIT.busy : EXIT.cannotCreate)
  if (error instanceof DatabaseFileError) return because(error.reason === 'damaged' ? EXIT.damaged : EXIT.config)
  // A disk that is full or fails, a file that may not be written.
  if (RotaError.is(error) && error.code === 'unavailable') return because(EXIT.cannotCreate)
  return error
}

async function openEmbedded({ directory, clock, logger }: OpeningOptions): Promise<OpenedStore> {
  const { promise: lost, resolve: onLost } = Promise.withResolvers<string>()
  const store = await openSqliteStore({
    folder: directory,
    clock,
    notBackedUp: [LOCAL_TOKEN_FILE, IDENTITY_FILE, `${KEYS_FOLDER}/${SECRETS_KEY_FILE}`],
    onWarning: (message) => logger.warn(message),
    onLost,
  })
  return { store, clock, lost, close: () => store.close() }
}

async function openShared(opening: OpeningOptions, url: string): Promise<OpenedStore> {
  const store = await untilReachable(opening, () => openOnce(opening, url))
  return { store, clock: store.clock, lost: new Promise(() => undefined), close: () => store.close() }
}

function openOnce({ config: { database }, directory, clock, logger }: OpeningOptions, url: string) {
  return openPostgresStore({
    url,
    schema: database.schema,
    migrate: database.migrate,
    refuseEmpty: directory.traces.length > 0,
    poolSizes: { scheduling: database.scheduling_connections, people: database.query_connections },
    clock,
    onWarning: (message) => logger.warn(message),
  })
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 5_000

/** A database may start after us, or be about to come back: it is waited for, and whoever reads the log knows. */
async function untilReachable<T>(opening: OpeningOptions, open: () => Promise<T>): Promise<T> {
  const { config, directory, clock, logger } = opening
  const waitMs = config.database.wait_seconds * 1_000
  const deadline = clock.monotonic() + waitMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error
      if (error.reason === 'empty') throw wasUsed(directory, error)
      if (error.reason !== 'unreachable') throw new StartFailure(EXIT.config, say`database.url: ${error.message}`)
      const leftMs = deadline - clock.monotonic()
      if (leftMs <= 0) {
        const waited = say`Waited for it for ${config.database.wait_seconds} s (database.wait_seconds).`
        throw new StartFailure(EXIT.unavailable, say`database.url: ${error.message} ${waited}`)
      }
      logger.warn({ seconds_left: Math.ceil(leftMs / 1_000) }, `waiting for the database: ${error.message}`)
      await new Promise<void>((resolve) => clock.after(Math.min(pauseMs, leftMs), resolve))
    }
  }
}

function wasUsed({ folder, traces }: DataDirectory, { message }: DatabaseError): StartFailure {
  const used = say`The data directory ${folder} was used before (it has ${traces.join(', ')}).`
  const mend = say`Restore a backup of the database, or see whether database.url and database.schema lead to the right one; rota store copy brings there what the directory holds. To begin anew, move everything out of the directory, or choose another.`
  return new StartFailure(EXIT.config, say`database.url: ${message} ${`${used} ${mend}`}`)
}

/**
 * Opens the hot state: in Redis where one is configured, else in memory. A Redis that is away is no hindrance. Throws
 * StartFailure for what no waiting mends: a refused password, a server that would throw keys away.
 */
export async function openHot({ config, clock, logger }: Omit<OpeningOptions, 'directory'>): Promise<HotParts> {
  const { url, key_prefix: prefix } = config.redis
  if (url === null) return createMemoryHub(clock).join()
  try {
    const hot = await openRedisHot({ url, prefix, clock })
    const { location: redis, trouble } = hot.status()
    if (trouble !== null) logger.error({ redis, reason: trouble }, 'going on without Redis until it is back')
    hot.onTrouble((reason) => {
      if (reason === null) logger.info({ redis }, 'Redis is back')
      else logger.error({ redis, reason }, 'going on without Redis until it is back')
    })
    return hot
  } catch (error) {
    if (!(error instanceof HotStateError)) throw error
    throw new StartFailure(EXIT.config, say`redis.url: ${error.message}`, { cause: error })
  }
}

/** Loads the handler module, if one is configured. Throws StartFailure when it cannot be loaded. */
export async function openHandlers({ handlers }: Config, clock: Clock): Promise<HandlerPool | null> {
  if (handlers.module === null) return null
  const size = handlers.threads === 0 ? {} : { size: handlers.threads }
  try {
    const options = { module: handlers.module, callsPerWorker: handlers.calls_per_thread, clock, ...size }
    return await createHandlerPool(options)
  } catch (error) {
    if (!RotaError.is(error)) throw error
    throw new StartFailure(EXIT.config, say`handlers.module: ${error.message}`, { cause: error })
  }
}
