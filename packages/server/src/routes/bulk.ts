import { invalid, say } from '@rota/core'
import { bulkInput, bulkReply, LIMITS } from '@rota/protocol'
import type { z } from 'zod'
import { ifThere } from '../if-there.ts'
import { requireNeed } from '../principal.ts'
import { type AnyRoute, type Call, defineRoute } from '../route.ts'

type BulkInput = z.output<typeof bulkInput>

/** What a bulk action needs beyond the right to execute. */
const BULK_PERMISSION = {
  enable: 'edit',
  disable: 'edit',
  move: 'edit',
  restore: 'edit',
  delete: 'delete',
  run: 'execute',
  pause: 'execute',
  resume: 'execute',
} as const

const SAMPLE = 20

const bulk = defineRoute({
  method: 'POST',
  url: '/api/scheduler/tasks/bulk',
  needs: { may: 'execute', on: 'task' },
  tag: 'Tasks',
  summary: 'Apply one action to many tasks',
  description: [
    'Names the tasks by `ids` or by `filter`; with `dry_run` it only says what would be hit. Needs the permission of the',
    'action: `edit` to enable, disable, move and restore, `delete` to delete, else `execute`.',
  ].join(' '),
  body: bulkInput,
  reply: bulkReply,
  handler: async (call) => {
    const { services, caller, body, principal } = call
    requireNeed(principal, { may: BULK_PERMISSION[body.action], on: 'task' })
    checkBulk(body)
    const { total, ids, sample, next } = await (body.ids === undefined ? byFilter(call) : byIds(call, body.ids))
    const options = body.group === undefined ? {} : { group: body.group }
    const results = body.dry_run ? [] : await services.engine.tasks.bulk(caller, body.action, ids, options)
    const succeeded = results.filter((result) => result.ok).length
    const isDry = body.dry_run ?? false
    const counts = { succeeded, failed: results.length - succeeded }
    return { dry_run: isDry, total, sample, ...counts, results, next_cursor: isDry ? null : next }
  },
})

function checkBulk(body: BulkInput): void {
  const wrong = (path: string, message: string) => invalid([{ path, message }])
  if ((body.ids === undefined) === (body.filter === undefined)) {
    throw wrong('ids', say`Give either ids or a filter.`)
  }
  if (body.ids !== undefined && body.cursor !== undefined) throw wrong('cursor', say`belongs to a filter.`)
  if ((body.action === 'move') !== (body.group !== undefined)) {
    throw wrong(
      'group',
      body.action === 'move' ? say`is missing: where to? null for no group.` : say`belongs to \`move\`.`,
    )
  }
}

async function byIds({ services, caller }: Call<unknown, BulkInput>, ids: string[]) {
  const found = await Promise.all(ids.slice(0, SAMPLE).map((id) => ifThere(services.engine.tasks.get(caller, id))))
  const sample = found.filter((task) => task !== null).map(({ id, name }) => ({ id, name }))
  return { total: ids.length, ids, sample, next: null }
}

/** By name: what an action changes of the tasks it has passed does not move those that come. */
async function byFilter({ services, caller, body }: Call<unknown, BulkInput>) {
  const { filter = {}, action, cursor, limit = LIMITS.batch } = body
  const status = action === 'restore' ? ({ status: 'deleted' } as const) : {}
  const page = { limit: body.dry_run ? SAMPLE : limit, ...(cursor !== undefined && { cursor }) }
  const { total, rows, next_cursor: next } = await services.engine.tasks.list(caller, { ...status, ...filter, ...page })
  const sample = rows.slice(0, SAMPLE).map(({ id, name }) => ({ id, name }))
  return { total, ids: rows.map(({ id }) => id), sample, next }
}

export const bulkRoutes: AnyRoute[] = [bulk]
