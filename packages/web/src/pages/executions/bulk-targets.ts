import i18next from 'i18next'
import { api, data } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { ListedExecution } from '../../api/types.ts'
import { formatCount } from '../../format/number.ts'
import { type BulkExecution, type ExecutionAct, isHit } from '../../subjects/execution/bulk-actions.ts'
import type { BulkTargets, Chosen } from '../../ui/list/bulk-outcome.ts'
import { readChosenRows } from '../../ui/list/read-chosen.ts'
import type { ListQuery } from './execution-filters.ts'

/** Each is a request of its own; who means more than these hardly means each. */
const MOST = 10_000
const LIVE = ['pending', 'running'] as const

interface Reading {
  onCount: (count: number) => void
  signal: AbortSignal
}

interface Wanted {
  act: ExecutionAct
  chosen: Chosen<ListQuery>
  /** As the selection counts them. */
  count: number
}

/** Reads what an action would hit of the chosen executions. Of all that match, only what lives is read to be cancelled. */
export async function readTargets({ act, chosen, count }: Wanted, { onCount, signal }: Reading) {
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
  return { hit, missed: Math.max(count, read.length) - hit.length } satisfies BulkTargets<BulkExecution>
}

/** The filter with those of its statuses that live; null where it has none. */
function livingOf(query: ListQuery): ListQuery | null {
  const wanted = query.status?.split(',')
  const living = LIVE.filter((status) => wanted === undefined || wanted.includes(status))
  return living.length === 0 ? null : { ...query, status: living.join() }
}

function toTarget({ id, status, scheduled_at, task_name }: ListedExecution): BulkExecution {
  return { id, status, scheduled_at, name: task_name ?? i18next.t('execution.job') }
}

function tooMany(): ApiProblem {
  return new ApiProblem(422, null, i18next.t('execution.bulk.tooMany', { most: formatCount(MOST) }))
}
