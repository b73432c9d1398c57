import { harmless, type LanguageCode, say, speak, systemClock, translate } from '@rota/core'
import type { NodeEnd } from '@rota/node-side'
import { type Agent, startAgent } from './agent.ts'
import { banner } from './banner.ts'
import { AgentFailure, EXIT } from './failure.ts'
import { type AgentFlags, readSettings } from './settings.ts'
import { sentenceOf } from './told.ts'

/** What a second signal leaves to running work; a third ends the process at once. */
const HASTY_GRACE_MS = 1_000
/** Secrets that nothing started later inherits. */
const SECRET_VARIABLES = ['ROTA_JOIN_TOKEN']

/**
 * Runs an agent until SIGTERM or SIGINT, or until no server will have it any more, and answers its exit code (see EXIT).
 * `language` is that of whoever starts it.
 */
export async function runAgent(flags: AgentFlags, language: LanguageCode = 'en'): Promise<number> {
  const stopped = new AbortController()
  const signals = watchSignals(stopped)
  try {
    const settings = readSettings(flags, process.env, process.cwd())
    for (const name of SECRET_VARIABLES) delete process.env[name]
    const agent = await startAgent({
      settings,
      signal: stopped.signal,
      tell(told) {
        const sentence = sentenceOf(told)
        if (sentence !== null) note(translate(sentence, language))
      },
    })
    greet(() => banner(settings, agent.facts), language)
    return await untilOver(agent, { graceMs: settings.graceMs, signals, language })
  } catch (error) {
    if (stopped.signal.aborted) return EXIT.ok
    const isKnown = error instanceof AgentFailure
    const text = isKnown ? translate(error.message, language) : ((error as Error).stack ?? String(error))
    write(process.stderr, `rota agent: ${text}\n`)
    return isKnown ? error.exitCode : EXIT.unexpected
  } finally {
    signals.close()
  }
}

interface Ending {
  graceMs: number
  signals: Signals
  language: LanguageCode
}

async function untilOver(agent: Agent, { graceMs, signals, language }: Ending): Promise<number> {
  const end = await Promise.race([agent.ended, signals.first])
  if (end === null) {
    const reason = say`The agent on the node was stopped.`
    void signals.second.then(() => agent.stop({ graceMs: HASTY_GRACE_MS, reason }))
    await agent.stop({ graceMs, reason })
    return EXIT.ok
  }
  write(process.stderr, `rota agent: ${translate(whyOver(end), language)}\n`)
  await agent.stop({ graceMs: 0, reason: say`The node is not let in any more.` })
  return EXIT.config
}

function whyOver(end: NodeEnd): string {
  if (end.kind === 'turned_away') return say`The server does not let this node in: ${end.turned.why}`
  const { status, why } = end.closed
  if (status === 404) return say`The server knows no nodes: bring it to the version of this agent, or check --server.`
  if (status === 401 || status === 403) {
    return say`The server does not accept the key of this node: remove its data directory and join again with a new token.`
  }
  return why
}

interface Signals {
  /** Resolves with null when somebody wants the agent to stop. */
  first: Promise<null>
  second: Promise<void>
  close(): void
}

function watchSignals(stopped: AbortController): Signals {
  const first = Promise.withResolvers<null>()
  const second = Promise.withResolvers<void>()
  let count = 0
  const onSignal = () => {
    count++
    if (count === 1) {
      stopped.abort()
      first.resolve(null)
    } else if (count === 2) second.resolve()
    else process.exit(EXIT.unexpected)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return {
    first: first.promise,
    second: second.promise,
    close() {
      process.off('SIGTERM', onSignal)
      process.off('SIGINT', onSignal)
    },
  }
}

function greet(text: () => string, language: LanguageCode): void {
  // Only for this text: what is said later goes to the server, and to others.
  speak(language)
  try {
    write(process.stdout, text())
  } finally {
    speak('en')
  }
}

function note(text: string): void {
  write(process.stderr, `${new Date(systemClock.now()).toISOString()} ${text}\n`)
}

/** What servers say commands no terminal. */
function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(stream.isTTY ? harmless(text) : text)
}
