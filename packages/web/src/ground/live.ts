import type { LiveChange } from '@rota/protocol'
import type { QueryClient } from '@tanstack/react-query'
import { takeStream } from '../api/ahead.ts'
import { withTenant } from '../api/tenant.ts'
import { LIVE_URL } from './live-url.ts'
import { createOutdater, motionsOf, type Stale } from './stale.ts'

/** `connecting` only until the first answer: what is shown then is fresh anyway. */
export type LiveState = 'connecting' | 'live' | 'reconnecting'

interface Live {
  state: () => LiveState
  /** The first who listens opens the channel, the last closes it. */
  subscribe: (listener: () => void) => () => void
}

interface LiveOptions {
  queryClient: QueryClient
  stale: Stale
}

/** After an answer that is no stream (signed out, too many streams) the browser gives up; we do not. */
const RETRY_MS = { first: 1_000, most: 30_000 }

/** The channel by which the server says what has changed; what was read of it becomes old. */
export function createLive({ queryClient, stale }: LiveOptions): Live {
  let state: LiveState = 'connecting'
  let source: EventSource | undefined
  const retry = createRetry(open)
  const listeners = new Set<() => void>()
  const outdate = createOutdater(queryClient, stale)

  function become(next: LiveState): void {
    if (next === state) return
    state = next
    for (const listener of listeners) listener()
  }

  function open(): void {
    source = openStream({ onReady, onError, onGap: () => queryClient.invalidateQueries(), onMoved: outdate })
  }

  function onReady(): void {
    retry.forget()
    // The stream says itself what was missed; a new server may not know, so a page that was cut off reads all anew.
    if (state === 'reconnecting') void queryClient.invalidateQueries()
    become('live')
  }

  function onError(): void {
    // Is it the stream alone, or the server? What shows its health asks at once.
    if (state !== 'reconnecting') outdate({ health: new Set([LIVE_URL]) })
    become('reconnecting')
    if (source?.readyState !== EventSource.CLOSED) return
    source = undefined
    retry.later()
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener)
    if (source === undefined && !retry.isWaiting()) open()
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      retry.cancel()
      source?.close()
      source = undefined
      state = 'connecting'
    }
  }

  return { state: () => state, subscribe }
}

/** Tries again later, and later still where that fails too. */
function createRetry(attempt: () => void) {
  let delayMs = RETRY_MS.first
  let timer: ReturnType<typeof setTimeout> | undefined
  function cancel(): void {
    clearTimeout(timer)
    timer = undefined
  }
  function later(): void {
    timer = setTimeout(() => {
      timer = undefined
      attempt()
    }, delayMs)
    delayMs = Math.min(RETRY_MS.most, delayMs * 2)
  }
  function forget(): void {
    delayMs = RETRY_MS.first
  }
  return { isWaiting: () => timer !== undefined, later, cancel, forget }
}

interface StreamHandlers {
  onReady: () => void
  onError: () => void
  /** So much has happened meanwhile that the server does not say what. */
  onGap: () => unknown
  onMoved: (motions: ReturnType<typeof motionsOf>) => void
}

function openStream({ onReady, onError, onGap, onMoved }: StreamHandlers): EventSource {
  const { source, told } = takeStream() ?? { source: new EventSource(withTenant(LIVE_URL)), told: [] }
  source.addEventListener('ready', onReady)
  source.addEventListener('gap', onGap)
  source.addEventListener('changes', ({ data }: MessageEvent<string>) =>
    onMoved(motionsOf(JSON.parse(data) as LiveChange[])),
  )
  source.addEventListener('error', onError)
  for (const { type, data } of told) source.dispatchEvent(new MessageEvent(type, { data }))
  return source
}
