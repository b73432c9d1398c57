import i18next from 'i18next'
import { api, data } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { ExecutionQuery, ListedExecution } from '../../api/types.ts'
import { formatCount } from '../../format/number.ts'
import type { BulkTargets, Chosen } from '../../ui/list/bulk-outcome.ts'
import { readChosenRows } from '../../ui/list/read-chosen.ts'
import { type BulkExecution, type ExecutionAct, isHit } from './bulk-actions.ts'
import { foresee } from './room.ts'

/** Each is a request of its own; who means more than these hardly means each. */
const MOST = 10_000
const LIVE = ['pending', 'running'] as const

export interface Reading {
  onCount: (count: number) => void
  signal: AbortSignal
}

interface Wanted {
  act: ExecutionAct
  chosen: Chosen<ExecutionQuery>
  /** As the selection counts them. */
  count: number
}

/** Reads what an action would hit of the chosen executions. Of all that match, only what lives is read to be cancelled. */
export async function readTargets(
  { act, chosen, count }: Wanted,
  { onCount, signal }: Reading,
): Promise<BulkTargets<BulkExecution>> {
  const { isAll, query } = chosen
  const narrowed = act === 'cancel' && isAll ? livingOf(query) : query
  if (narrowed === null) return { hit: [], missed: count }
  const read = await readChosenRows(chosen, {
    keep: toTarget,
    onCount(known) {
      if (known > MOST) throw tooMany()
      onCount(known)
    },
    async readPage(page) {
      const params = { query: { ...narrowed, ...page } }
      const list = await data(api.GET('/api/scheduler/executions', { params, signal }))
      return { rows: list.executions, next: list.next_cursor }
    },
  })
  const hit = read.filter((execution) => isHit(act, execution))
  const missed = Math.max(count, read.length) - hit.length
  return act === 'rerun' ? rerunTargets(hit, missed, signal) : { hit, missed }
}

/** What runs again, and why the rest does not. `living`: how many have not ended. */
async function rerunTargets(ended: readonly BulkExecution[], living: number, signal: AbortSignal) {
  const { hit, limited, gone } = await foresee(ended, signal)
  const why = Object.entries({ missed: living, limited, gone }).flatMap(([word, count]) =>
    count === 0 ? [] : [i18next.t(`execution.bulk.rerun.${word as 'missed'}`, { count, total: formatCount(count) })],
  )
  // What failed first runs first.
  return { hit: hit.toReversed(), missed: living + limited + gone, why }
}

/** The filter with those of its statuses that live; null where it has none. */
function livingOf(query: ExecutionQuery): ExecutionQuery | null {
  const wanted = query.status?.split(',')
  const living = LIVE.filter((status) => wanted === undefined || wanted.includes(status))
  return living.length === 0 ? null : { ...query, status: living.join() }
}

function toTarget({ id, status, scheduled_at, task_id, task_name }: ListedExecution): BulkExecution {
  return { id, status, scheduled_at, task_id, name: task_name ?? i18next.t('execution.job') }
}

function tooMany(): ApiProblem {
  return new ApiProblem(422, null, i18next.t('execution.bulk.tooMany', { most: formatCount(MOST) }))
}
