import { type Caller, type LanguageCode, languageOf, may, tenantOf, translate } from '@rota/core'
import { eventQuery, type LiveChange } from '@rota/protocol'
import type { LiveBatch } from '../http/live-feed.ts'
import { type AnyRoute, type Call, defineRoute } from '../route.ts'
import type { Services } from '../services.ts'
import { isSeen } from '../tenancy.ts'
import { openLiveStream } from './live-stream.ts'

const events = defineRoute({
  method: 'GET',
  url: '/api/scheduler/events',
  needs: { may: 'view', on: 'task' },
  tag: 'Live',
  summary: 'Follow what happens',
  description: [
    'Server-sent events. `changes`: an array of changes, gathered for a quarter of a second; the id is the number of the',
    'last. Types: `execution_created`, `execution_started`, `execution_retried`, `execution_finished` (skipped ones too),',
    '`task_changed`, `node_changed`, `pools_applied`, `degraded`, `recovered`. `ready`: the stream is open. `gap`: some changes are missing, because this',
    'reader was too slow or away for too long; read anew what is shown. After a lost connection send `Last-Event-ID`.',
    'In a cluster with Redis any server tells of what all do, but for `degraded` and `recovered`, which are about itself;',
    'without Redis it tells only of what it does itself.',
  ].join(' '),
  query: eventQuery,
  reply: null,
  mediaTypes: ['text/event-stream'],
  handler: async (call) => {
    await streamChanges(call)
    return call.reply
  },
})

async function streamChanges({ services, caller, request, reply }: Call<unknown, unknown>): Promise<void> {
  const { feed } = services
  const gap = (missing: object) => ({ event: 'gap', data: missing })
  const { stream, signal, end } = openLiveStream({ services, request, reply, gap })
  const lastSeen = /^\d{1,15}$/.exec(String(request.headers['last-event-id'] ?? ''))
  const missed = lastSeen === null ? null : feed.since(Number(lastSeen[0]))
  let last = missed === null ? feed.last : missed.from - 1
  const language = languageOf(request.headers['accept-language'])
  let sending = Promise.resolve()
  const send = async (batch: LiveBatch) => {
    const isWhole = caller.scope.kind === 'all'
    // The rows that all readers share are made once, in English.
    const inEnglish = language === 'en' || !batch.changes.some((change) => 'reason' in change)
    const seen = isWhole ? batch.changes : await visible(services, caller, batch.changes)
    const own = isWhole && inEnglish ? null : seen.map((change) => inLanguage(change, language))
    if (batch.from > last + 1) stream.event('gap', { from: last + 1, to: batch.from - 1 })
    last = batch.to
    if (batch.changes.length === 0) return
    if (own === null) stream.jsonRows('changes', batch.from, batch.to, batch.json)
    else if (own.length > 0) stream.rows('changes', batch.from, batch.to, own)
  }
  stream.mark('ready', last, {})
  if (lastSeen !== null && missed === null) stream.event('gap', { from: null, to: last })
  // One after another, though a look at what is visible takes time.
  const deliver = (batch: LiveBatch) => {
    sending = sending.then(() => send(batch)).catch(end)
  }
  if (missed !== null && missed.changes.length > 0) deliver(missed)
  const stop = feed.listen(deliver)
  await new Promise((resolve) => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', resolve, { once: true })
  })
  stop()
  end()
}

/** Whether work is taken, which `/ready` tells anybody. */
const OF_ALL: ReadonlySet<LiveChange['type']> = new Set<LiveChange['type']>(['degraded', 'recovered'])

/** What a change says in words is its reason. */
function inLanguage(change: LiveChange, language: LanguageCode): LiveChange {
  return 'reason' in change ? { ...change, reason: translate(change.reason, language) } : change
}

/** Those that concern what the caller may see. */
async function visible({ engine }: Services, caller: Caller, changes: readonly LiveChange[]): Promise<LiveChange[]> {
  // Servers are everybody's: what befalls one is told to those who belong to no tenant.
  const mayNodes = may(caller, 'view', 'node') && tenantOf(caller.scope) === null
  const known = new Map<string, Promise<boolean>>()
  const found = (id: string, look: () => Promise<unknown>) => {
    const answer = known.get(id) ?? look().then(Boolean, () => false)
    known.set(id, answer)
    return answer
  }
  const isVisible = (change: LiveChange) => {
    // What befalls a server is told to those who may see servers.
    if (!('id' in change)) return OF_ALL.has(change.type) || mayNodes
    if (change.type === 'node_changed') return mayNodes && isSeen(caller.scope, change)
    if (change.type === 'task_changed') return found(change.id, () => engine.tasks.get(caller, change.id))
    const { id, task_id: taskId } = change
    if (taskId !== null) return found(taskId, () => engine.tasks.get(caller, taskId))
    return found(id, () => engine.executions.get(caller, id))
  }
  const verdicts = await Promise.all(changes.map(isVisible))
  return changes.filter((_, at) => verdicts[at])
}

export const eventRoutes: AnyRoute[] = [events]
