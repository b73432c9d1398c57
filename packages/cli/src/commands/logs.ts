import { say } from '@rota/core'
import type { Client, LogEntry, UnfinishedLine } from '@rota/sdk'
import type { Context } from '../context.ts'
import { integerOf } from '../document/pairs.ts'
import { logPrinter } from '../output/log-line.ts'
import { startUnfinishedRow } from '../output/unfinished-row.ts'
import { findExecutionOrLatest } from '../session/find-task.ts'

interface Options {
  follow?: boolean
  tail?: string
  limit?: string
  stream?: 'stdout' | 'stderr' | 'system'
  grep?: string
  timestamps?: boolean
}

/** Lines asked for at once. */
const PAGE = 5_000

export async function logs(context: Context, [wanted]: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  const id = await findExecutionOrLatest(client, wanted!)
  const lines = options.tail ?? options.limit
  const tail = lines === undefined ? undefined : integerOf('--tail', lines, 1)
  const print = logPrinter(context, options.timestamps)
  let next = 0
  for await (const line of stored(client, id, options, tail)) {
    next = line.no + 1
    await print(line)
  }
  if (!options.follow) return
  const onReconnect = (attempt: number) => {
    if (attempt === 1) context.note(`rota: ${say`the connection broke; connecting again …`}`)
  }
  const row = startUnfinishedRow(context)
  const onUnfinished = (line: UnfinishedLine | null) => row.set(line !== null && matches(line, options) ? line : null)
  const { signal } = context
  try {
    for await (const line of client.executions.follow(id, { from: next, signal, onReconnect, onUnfinished })) {
      if (matches(line, options)) await row.above(() => print(line))
    }
  } finally {
    row.end()
  }
}

/** What has been written so far, page by page, or its last lines. */
async function* stored(
  client: Client,
  id: string,
  options: Options,
  tail: number | undefined,
): AsyncGenerator<LogEntry> {
  const { stream, grep: q } = options
  if (tail !== undefined) {
    yield* (await client.executions.logs(id, { tail, stream, q })).logs
    return
  }
  let from = 0
  while (true) {
    const { logs: lines } = await client.executions.logs(id, { from, limit: PAGE, stream, q })
    yield* lines
    if (lines.length < PAGE) return
    from = lines.at(-1)!.no + 1
  }
}

function matches({ stream, message }: Pick<LogEntry, 'stream' | 'message'>, options: Options): boolean {
  if (options.stream !== undefined && stream !== options.stream) return false
  return options.grep === undefined || message.toLowerCase().includes(options.grep.toLowerCase())
}
