import { harmless, type LanguageCode, say, speak, systemClock, translate } from '@rota/core'
import type { Bootstrap } from './auth/bootstrap.ts'
import { banner } from './banner.ts'
import { createServer, type Server } from './compose.ts'
import { type ConfigFlags, type LoadedConfig, loadConfig } from './config/load.ts'
import { givenSecret } from './config/secret-file.ts'
import { EXIT, StartFailure } from './failure.ts'
import { closeInherited, hideEnvironment } from './hide-environment.ts'
import { npmAncestors, watchAncestors } from './launcher.ts'
import { addressesElsewhere, isLoopback } from './listening.ts'

/** Settings that are secrets leave the environment once they are read, so that nothing started later inherits them. */
const SECRET_VARIABLES = [
  'ROTA_ADMIN_PASSWORD',
  'ROTA_DATABASE_URL',
  'ROTA_REDIS_URL',
  'ROTA_AUTH_SIGNING_KEY',
  'ROTA_SECRETS_KEY',
]

/** After a start that failed. */
const CLOSED_WITHIN_MS = 3_000
/** What a second and a third request to stop leave to running work. */
const HASTY_GRACE_MS = 1_000
/** Signals that come so soon after the first one are the same one, passed on. */
const ECHO_MS = 1_000

/**
 * Runs a server until SIGTERM or SIGINT and answers its exit code (see EXIT). A second signal leaves running work one
 * second, a third ends the process at once. `language` is that of whoever starts it.
 */
export async function runServer(flags: ConfigFlags = {}, language: LanguageCode = 'en'): Promise<number> {
  let server: Server | undefined
  const ancestors = npmAncestors()
  try {
    closeInherited()
    const loaded = loadConfig(flags)
    const adminPassword = givenSecret(process.env, 'ROTA_ADMIN_PASSWORD')
    for (const name of SECRET_VARIABLES) delete process.env[name]
    hideEnvironment()
    server = await createServer(loaded.config, { adminPassword })
    const stopped = untilSignal(server, ancestors)
    const lost = server.lost.then((reason) => abandon(server!, reason))
    const bootstrap = await server.start()
    write(process.stdout, greeting(server, loaded, bootstrap, language))
    return await Promise.race([stopped, lost])
  } catch (error) {
    await withinMoments(server?.stop({ graceMs: 0 }))
    const isKnown = error instanceof StartFailure
    write(
      process.stderr,
      `rota server: ${isKnown ? translate(error.message, language) : ((error as Error).stack ?? String(error))}\n`,
    )
    // Whatever is still open, a thread or a connection, must not keep it.
    return process.exit(isKnown ? error.exitCode : EXIT.unexpected)
  }
}

/** What was opened is closed, as far as that takes no long time: a start that failed must not hang. */
async function withinMoments(work: Promise<unknown> | undefined): Promise<void> {
  const isOver = Promise.withResolvers<void>()
  const timer = systemClock.after(CLOSED_WITHIN_MS, isOver.resolve)
  await Promise.race([work?.catch(() => undefined), isOver.promise])
  timer.cancel()
}

/**
 * The database is another process's: what runs here is ended, for nobody would hear of its end, and so is this process,
 * which has more to write and nowhere to write it to.
 */
async function abandon(server: Server, reason: string): Promise<never> {
  write(process.stderr, `rota server: ${reason}\n`)
  await server.endPrograms().catch(() => undefined)
  process.exit(EXIT.busy)
}

function greeting(server: Server, loaded: LoadedConfig, bootstrap: Bootstrap, language: LanguageCode): string {
  const { config, file, warnings } = loaded
  const notes = [...warnings]
  const { url } = server
  const urlsElsewhere = addressesElsewhere(url, config.host)
  if (!isLoopback(config.host))
    notes.push(say`Other machines can reach this server without TLS; put a proxy with TLS before it.`)
  const told = notes.map((note) => translate(note, language))
  // Only for this text: whatever the server says later is for others.
  speak(language)
  try {
    return banner({ url, urlsElsewhere, config, file, ...bootstrap, warnings: told })
  } finally {
    speak('en')
  }
}

/** Settings come from files and variables: none of them commands a terminal. */
function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(stream.isTTY ? harmless(text) : text)
}

/** Resolves with the exit code once a signal, or the end of the npm that started it, has stopped the server. */
function untilSignal(server: Server, ancestors: ReturnType<typeof npmAncestors>): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0
    let firstAt = 0
    const onSignal = () => {
      // Ctrl-C reaches the server from the terminal, and again from npm or `node --watch`, which pass it on.
      const isEcho = ancestors.length > 0 && count > 0 && systemClock.monotonic() - firstAt < ECHO_MS
      if (isEcho) return
      count++
      if (count > 2) process.exit(EXIT.unexpected)
      firstAt ||= systemClock.monotonic()
      const options = count === 1 ? {} : { graceMs: HASTY_GRACE_MS }
      server.stop(options).then(() => {
        watch.cancel()
        process.off('SIGTERM', onSignal)
        process.off('SIGINT', onSignal)
        resolve(EXIT.ok)
      }, reject)
    }
    const watch = watchAncestors(ancestors, systemClock, () => {
      // `node --watch` would wait for changes for ever.
      if (process.env.WATCH_REPORT_DEPENDENCIES !== undefined) process.kill(process.ppid, 'SIGTERM')
      if (count === 0) onSignal()
    })
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}
