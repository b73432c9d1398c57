import type { Clock } from '@rota/core'
import { ApiError, UnreachableError } from './api-error.ts'
import { readEvents, type ServerEvent } from './sse.ts'
import type { Transport } from './transport.ts'
import type { LogEntry, LogPage, UnfinishedLine } from './types.ts'

export interface FollowOptions {
  /** First line number wanted; 0, the default, brings everything written so far. */
  from?: number | undefined
  signal?: AbortSignal | undefined
  /** Told between the lines what line stands unfinished behind them, and with null that none does any more. */
  onUnfinished?: ((line: UnfinishedLine | null) => void) | undefined
  /** Told before each new attempt to connect. */
  onReconnect?: ((attempt: number) => void) | undefined
}

/** Lines fetched at once after a gap. */
const PAGE = 1_000
const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 5_000
/** Attempts in a row without a single event after which the error is thrown on. */
const MOST_ATTEMPTS = 20

/**
 * The lines of an execution, stored ones first, then live ones until it ends. A broken connection is taken up again
 * where it stopped, by `Last-Event-ID`; no line comes twice. Throws {@link ApiError} when the server refuses, and
 * UnreachableError when it stays away.
 */
export async function* followLogs(
  transport: Transport,
  clock: Clock,
  path: string,
  options: FollowOptions = {},
): AsyncGenerator<LogEntry> {
  const progress: Progress = {
    nextLine: options.from ?? 0,
    lastId: null,
    delayMs: FIRST_DELAY_MS,
    attempts: 0,
    hasUnfinished: false,
  }
  while (true) {
    try {
      const headers = progress.lastId === null ? undefined : { 'last-event-id': progress.lastId }
      const query = { from: progress.nextLine > 0 ? progress.nextLine : undefined }
      const request = { headers, query, signal: options.signal, accept: 'text/event-stream' }
      const response = await transport.raw('GET', path, request)
      for await (const event of readEvents(response.body!)) {
        if (event.event === 'end') return
        if (event.event === 'unfinished') tellUnfinished(event, progress, options)
        else if (event.event === 'resync')
          yield* fetchSkipped(event, progress, { transport, path, signal: options.signal })
        else yield* take(event, progress)
      }
    } catch (error) {
      if (options.signal?.aborted || !isPassing(error)) throw error
      if (progress.attempts >= MOST_ATTEMPTS) throw new UnreachableError(transport.url, error)
    }
    tellUnfinished(null, progress, options)
    progress.attempts++
    options.onReconnect?.(progress.attempts)
    await pause(clock, progress.delayMs, options.signal)
    progress.delayMs = Math.min(progress.delayMs * 2, LONGEST_DELAY_MS)
  }
}

interface Progress {
  nextLine: number
  lastId: string | null
  delayMs: number
  attempts: number
  hasUnfinished: boolean
}

/** What is followed. */
interface Source {
  transport: Transport
  path: string
  signal: AbortSignal | undefined
}

/** Null, for no event, when the connection is lost: what stands there then nobody knows. */
function tellUnfinished(event: ServerEvent | null, progress: Progress, { onUnfinished }: FollowOptions): void {
  const line = event === null ? null : (JSON.parse(event.data) as UnfinishedLine | null)
  if (event !== null) progress.attempts = 0
  if (line !== null || progress.hasUnfinished) onUnfinished?.(line)
  progress.hasUnfinished = line !== null
}

/**
 * The server drops lines that a slow reader has not taken and says which; they are stored, so they are fetched. It may
 * have cut them from the log meanwhile, then fewer come.
 */
async function* fetchSkipped(
  event: ServerEvent,
  progress: Progress,
  { transport, path, signal }: Source,
): AsyncGenerator<LogEntry> {
  const { skipped } = JSON.parse(event.data) as { skipped: { to: number } }
  while (progress.nextLine <= skipped.to) {
    const query = { from: progress.nextLine, limit: Math.min(PAGE, skipped.to - progress.nextLine + 1) }
    const page = await transport.json<LogPage>('GET', path.replace(/\/stream$/, ''), { query, signal })
    const lines = page.logs.filter(({ no }) => no >= progress.nextLine && no <= skipped.to)
    if (lines.length === 0) break
    for (const line of lines) {
      progress.nextLine = line.no + 1
      yield line
    }
  }
  progress.nextLine = Math.max(progress.nextLine, skipped.to + 1)
  progress.lastId = event.id ?? progress.lastId
  progress.attempts = 0
}

function* take(event: ServerEvent, progress: Progress): Generator<LogEntry> {
  if (event.retry !== null) progress.delayMs = event.retry
  if (event.event !== 'lines') return
  for (const line of JSON.parse(event.data) as LogEntry[]) {
    if (line.no < progress.nextLine) continue
    progress.nextLine = line.no + 1
    yield line
  }
  if (event.id !== null) progress.lastId = event.id
  progress.attempts = 0
}

/** A refusal stays a refusal; a server that restarts or a proxy that drops the stream passes. */
function isPassing(error: unknown): boolean {
  return !ApiError.is(error) || error.status >= 500 || error.status === 429
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      timer.cancel()
      reject(signal!.reason)
    }
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
