/**
 * Questions that are asked while the code that reads the answers is still on its way. Imports next to nothing, because
 * it runs before anything else.
 */
import { preferredLanguage } from '../i18n/preferred.ts'
import { tenantHeader } from './tenant.ts'

/** Sent with every request: a foreign page cannot add it, so the cookie alone opens nothing. */
export const CSRF_HEADER = { 'X-Rota-CSRF': '1' }

/** What a query asks, by the key that it is kept under. */
export interface Question {
  key: readonly unknown[]
  path: string
  query?: () => Readonly<Record<string, string | number>>
}

interface Asked {
  question: Question
  answer: Promise<Response>
}

const asked: Asked[] = []
let take = (one: Asked): unknown => asked.push(one)
let stream: { source: EventSource; told: MessageEvent<string>[]; listening: AbortController } | undefined

/** Asks now; whoever has said {@link onAskedAhead}, or will, gets the answer. */
export function askAhead(question: Question): Promise<Response> {
  const query = new URLSearchParams(
    Object.entries(question.query?.() ?? {}).map(([key, value]) => [key, String(value)]),
  )
  const headers = { ...CSRF_HEADER, ...tenantHeader(), 'Accept-Language': preferredLanguage() }
  const answer = fetch(query.size > 0 ? `${question.path}?${query}` : question.path, { headers })
  // Who takes it hears of it; nobody may.
  answer.catch(() => {})
  take({ question, answer })
  return answer
}

/** Gets all that was asked so far, and what is asked later. */
export function onAskedAhead(listener: (one: Asked) => void): void {
  take = listener
  for (const one of asked.splice(0)) listener(one)
}

/** Opens a stream before that is asked for which it makes old, so that nothing that happens in between is missed. */
export function openStreamAhead(url: string, events: readonly string[]): void {
  const told: MessageEvent<string>[] = []
  const source = new EventSource(url)
  const listening = new AbortController()
  const hear = (message: MessageEvent<string>) => void told.push(message)
  for (const event of events) source.addEventListener(event, hear, { signal: listening.signal })
  stream = { source, told, listening }
}

/** That stream, once, with what it has told meanwhile; null when there is none that lives. */
export function takeStream(): Pick<NonNullable<typeof stream>, 'source' | 'told'> | null {
  const taken = stream
  stream = undefined
  // Who takes it listens from now on.
  taken?.listening.abort()
  return taken === undefined || taken.source.readyState === EventSource.CLOSED ? null : taken
}
