import type { Client } from '@rota/sdk'
import type { Context } from '../context.ts'
import { shortId } from '../output/short-id.ts'
import { clientOf, findServer } from '../session/connect.ts'
import type { NameKind } from './places.ts'

/** Whoever presses a key waits no longer. */
const PATIENCE_MS = 2_000
/** More nobody looks through. */
const MOST = 200
const MOST_EXECUTIONS = 20

/** What begins with `beginning`, asked from the server; nothing when it is away, slow or does not let us. */
export async function namesFromServer(context: Context, kind: NameKind, beginning: string): Promise<string[]> {
  const patience = new AbortController()
  const timer = context.clock.after(PATIENCE_MS, () => patience.abort())
  try {
    const signal = AbortSignal.any([context.signal, patience.signal])
    const client = clientOf({ ...context, signal }, await findServer(context))
    const names = await namesOf(client, kind, beginning)
    // A name with a line break is none that a shell could be given by lines.
    return names.filter((name) => name.startsWith(beginning) && !/[\r\n]/.test(name))
  } catch {
    return []
  } finally {
    timer.cancel()
  }
}

async function namesOf(client: Client, kind: NameKind, beginning: string): Promise<string[]> {
  if (kind === 'executions')
    return (await client.executions.list({ limit: MOST_EXECUTIONS })).rows.map(({ id }) => shortId(id))
  const status = kind === 'deleted-tasks' ? 'deleted' : undefined
  const { rows } = await client.tasks.list({ q: beginning || undefined, status, limit: MOST, sort: 'name' })
  return rows.map(({ name }) => name)
}
