import type { Bootstrap } from './auth/bootstrap.ts'
import { banner } from './banner.ts'
import { createServer, type Server } from './compose.ts'
import { type ConfigFlags, type LoadedConfig, loadConfig } from './config/load.ts'
import { EXIT, StartFailure } from './failure.ts'

/** Settings that are secrets leave the environment once they are read, so that nothing started later inherits them. */
const SECRET_VARIABLES = ['ROTA_ADMIN_PASSWORD', 'ROTA_DATABASE_URL', 'ROTA_REDIS_URL', 'ROTA_AUTH_SIGNING_KEY']

/** What a second and a third request to stop leave to running work. */
const HASTY_GRACE_MS = 1_000

/**
 * Runs a server until SIGTERM or SIGINT and answers its exit code (see EXIT). A second signal leaves running work one
 * second, a third ends the process at once.
 */
export async function runServer(flags: ConfigFlags = {}): Promise<number> {
  let server: Server | undefined
  try {
    const loaded = loadConfig(flags)
    const adminPassword = process.env.ROTA_ADMIN_PASSWORD || undefined
    for (const name of SECRET_VARIABLES) delete process.env[name]
    server = await createServer(loaded.config, { adminPassword })
    const stopped = untilSignal(server)
    const bootstrap = await server.start()
    greet(server, loaded, bootstrap)
    return await stopped
  } catch (error) {
    await server?.stop({ graceMs: 0 }).catch(() => undefined)
    if (!(error instanceof StartFailure)) throw error
    process.stderr.write(`rota server: ${error.message}\n`)
    return error.exitCode
  }
}

function greet(server: Server, { config, file, warnings }: LoadedConfig, bootstrap: Bootstrap): void {
  const notes = [...warnings]
  const isLocal = /^(127\.|::1$|localhost$)/.test(config.host)
  if (!isLocal) notes.push('Other machines can reach this server without TLS; put a proxy with TLS before it.')
  process.stdout.write(banner({ url: server.url, config, file, ...bootstrap, warnings: notes }))
}

/** Resolves with the exit code once a signal has stopped the server. */
function untilSignal(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0
    const onSignal = () => {
      count++
      if (count > 2) process.exit(EXIT.unexpected)
      const options = count === 1 ? {} : { graceMs: HASTY_GRACE_MS }
      server.stop(options).then(() => {
        process.off('SIGTERM', onSignal)
        process.off('SIGINT', onSignal)
        resolve(EXIT.ok)
      }, reject)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}
