import type { Transport } from './transport.ts'
import type { ListPage, PageQuery, PastPage } from './types.ts'

/** Reads one page; the API names the rows after what they are (`tasks`, `executions`), here they are `rows`. */
export async function readPage<T>(
  transport: Transport,
  path: string,
  key: string,
  query: PageQuery & object,
): Promise<ListPage<T>> {
  return pageOf(await transport.json('GET', path, { query: { ...query } }), key)
}

/** Reads one page of a history, with where that begins. */
export async function readPast<T>(
  transport: Transport,
  path: string,
  key: string,
  query: PageQuery & object,
): Promise<PastPage<T>> {
  const reply = await transport.json<Reply>('GET', path, { query: { ...query } })
  return { ...pageOf(reply, key), history_begins_at: (reply.history_begins_at as string | undefined) ?? null }
}

type Reply = Record<string, unknown>

function pageOf<T>(reply: Reply, key: string): ListPage<T> {
  const rows = (reply[key] ?? []) as T[]
  return {
    rows,
    total: Number(reply.total ?? rows.length),
    page: Number(reply.page ?? 1),
    limit: Number(reply.limit ?? rows.length),
    next_cursor: (reply.next_cursor as string | null | undefined) ?? null,
  }
}

/** Walks over all rows, page after page by cursor, so that rows added meanwhile neither repeat nor hide others. */
export async function* readAll<T>(
  read: (page: { cursor?: string | undefined }) => Promise<{ rows: T[]; next_cursor: string | null }>,
): AsyncGenerator<T> {
  let cursor: string | undefined
  do {
    const page = await read({ cursor })
    yield* page.rows
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
}
