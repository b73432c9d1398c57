import type { LiveChange } from '@rota/protocol'
import { useSyncExternalStore } from 'react'
import { queryClient } from '../app/query-client.ts'

/** `connecting` only until the first answer: what is shown then is fresh anyway. */
type LiveState = 'connecting' | 'live' | 'reconnecting'

const URL = '/api/scheduler/events'
/** After an answer that is no stream (signed out, too many streams) the browser gives up; we do not. */
const RETRY_MS = { first: 1_000, most: 30_000 }
/** Lists are read anew at most so often, however much happens. */
const LISTS_EVERY_MS = 1_500
/** What tasks are sorted by is read from all of them, and changes only with their definitions. */
const OUTLINE_EVERY_MS = 5_000
/** Sums over everything cost more and move slowly. */
const FIGURES_EVERY_MS = 15_000

const LISTS = ['executions', 'forecast', 'timeline', 'status']
const OUTLINE = ['groups', 'tags']
const FIGURES = ['stats']

let state: LiveState = 'connecting'
let source: EventSource | undefined
let retryMs = RETRY_MS.first
let retryTimer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function become(next: LiveState): void {
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

/** Whether the page hears of changes as they happen; the first who asks opens the channel, the last closes it. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, () => state)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (source === undefined && retryTimer === undefined) open()
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearTimeout(retryTimer)
    retryTimer = undefined
    source?.close()
    source = undefined
    state = 'connecting'
  }
}

function open(): void {
  retryTimer = undefined
  source = new EventSource(URL)
  source.addEventListener('ready', () => {
    retryMs = RETRY_MS.first
    // The stream says itself what was missed; a new server may not know, so a page that was cut off reads all anew.
    if (state === 'reconnecting') void queryClient.invalidateQueries()
    become('live')
  })
  source.addEventListener('gap', () => void queryClient.invalidateQueries())
  source.addEventListener('changes', ({ data }: MessageEvent<string>) => apply(JSON.parse(data) as LiveChange[]))
  source.addEventListener('error', onError)
}

function onError(): void {
  // Is it the stream alone, or the server? The health dot asks at once.
  if (state !== 'reconnecting') void queryClient.invalidateQueries({ queryKey: ['ready'] })
  become('reconnecting')
  if (source?.readyState !== EventSource.CLOSED) return
  source = undefined
  retryTimer = setTimeout(open, retryMs)
  retryMs = Math.min(RETRY_MS.most, retryMs * 2)
}

function apply(changes: readonly LiveChange[]): void {
  const stale = staleAfter(changes)
  for (const id of stale.executions) void queryClient.invalidateQueries({ queryKey: ['execution', id] })
  for (const id of stale.tasks) void queryClient.invalidateQueries({ queryKey: ['task', id] })
  if (stale.health) void queryClient.invalidateQueries({ queryKey: ['ready'] })
  lists.due(stale.executions.size > 0 ? LISTS : [])
  lists.due(stale.tasks.size > 0 ? ['tasks', 'forecast'] : [])
  outline.due(changes.some(({ type }) => type === 'task_changed') ? OUTLINE : [])
  figures.due(stale.executions.size > 0 || stale.tasks.size > 0 ? FIGURES : [])
}

interface Stale {
  executions: ReadonlySet<string>
  tasks: ReadonlySet<string>
  health: boolean
}

/** Which rows some changes made old. An execution moves its task's last and next run, too. */
export function staleAfter(changes: readonly LiveChange[]): Stale {
  const executions = new Set<string>()
  const tasks = new Set<string>()
  let health = false
  for (const change of changes) {
    if (!('id' in change)) health = true
    else if (change.type === 'task_changed') tasks.add(change.id)
    else {
      executions.add(change.id)
      if (change.task_id !== null) tasks.add(change.task_id)
    }
  }
  return { executions, tasks, health }
}

/** Invalidates kinds of queries at most once per period: at once when it was quiet, else at the period's end. */
class Refresher {
  readonly #periodMs: number
  readonly #due = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(periodMs: number) {
    this.#periodMs = periodMs
  }

  due(kinds: readonly string[]): void {
    for (const kind of kinds) this.#due.add(kind)
    if (this.#timer === undefined && this.#due.size > 0) this.#flush()
  }

  #flush(): void {
    this.#timer = undefined
    // A page that nobody sees reads nothing; it does when it comes to the front, and queries there refetch.
    if (this.#due.size === 0) return
    const kinds = [...this.#due]
    this.#due.clear()
    void queryClient.invalidateQueries({
      predicate: ({ queryKey }) => kinds.includes(String(queryKey[0])),
      refetchType: document.hidden ? 'none' : 'active',
    })
    this.#timer = setTimeout(() => this.#flush(), this.#periodMs)
  }
}

const lists = new Refresher(LISTS_EVERY_MS)
const outline = new Refresher(OUTLINE_EVERY_MS)
const figures = new Refresher(FIGURES_EVERY_MS)
