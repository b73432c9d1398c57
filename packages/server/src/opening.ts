import { type Clock, RotaError } from '@rota/core'
import { DataDirectoryError, openSqliteStore, type Store } from '@rota/engine'
import { createHandlerPool, type HandlerPool } from '@rota/executors'
import type { Config } from '@rota/protocol'
import type { Logger } from 'pino'
import { LOCAL_TOKEN_FILE } from './auth/local-token.ts'
import { EXIT, StartFailure } from './failure.ts'

/** Opens the embedded store. Throws StartFailure when another process has it or it cannot be written. */
export async function openStore(folder: string, clock: Clock, logger: Logger): Promise<Store> {
  try {
    return await openSqliteStore({
      folder,
      clock,
      notBackedUp: [LOCAL_TOKEN_FILE],
      onWarning: (message) => logger.warn(message),
    })
  } catch (error) {
    if (!(error instanceof DataDirectoryError)) throw error
    const exitCode = error.reason === 'in_use' ? EXIT.busy : EXIT.cannotCreate
    throw new StartFailure(exitCode, error.message, { cause: error })
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
    throw new StartFailure(EXIT.config, `handlers.module: ${error.message}`, { cause: error })
  }
}
