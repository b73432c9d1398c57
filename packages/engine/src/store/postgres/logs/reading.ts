import { type LogPage, type LogQuery, lineTest, type NumberedLine, wantedLines } from '../../../ports/logs.ts'
import type { Database } from '../database.ts'
import { type ChunkRow, decodeChunk, maskOf } from './chunk.ts'

const CHUNKS_PER_STEP = 16
/** Bytes looked through, and characters answered, per page. */
const LOOKED_BYTES = 64 * 1024 * 1024
const ANSWER_CHARACTERS = 4 * 1024 * 1024

/** Reads a page of an execution's log. See {@link LogStore.read}. */
export async function readPage(db: Database, executionId: string, query: LogQuery): Promise<LogPage> {
  const [count] = await db.run<{ total: number | null }>('logs/count-lines', [[executionId]])
  const total = count?.total ?? 0
  if (query.tail === undefined) return { ...(await readOnward(db, executionId, query)), total }
  return { lines: await readTail(db, executionId, query), total, next: null }
}

async function readOnward(db: Database, executionId: string, query: LogQuery): Promise<Omit<LogPage, 'total'>> {
  const from = query.from ?? 0
  const wanted = wantedLines(query)
  const lines: NumberedLine[] = []
  let [at, looked, answered] = [from, 0, 0]
  for (;;) {
    const rows = await db.run<ChunkRow>('logs/chunks-onward', [executionId, at, CHUNKS_PER_STEP])
    for (const row of rows) {
      if (answered >= ANSWER_CHARACTERS || looked >= LOOKED_BYTES) return { lines, next: row.first_no }
      looked += row.raw_bytes
      for (const line of await matching(row, query)) {
        if (line.no < from) continue
        if (lines.length === wanted) return { lines, next: line.no }
        lines.push(line)
        answered += line.text.length
      }
      at = row.first_no + row.lines
    }
    if (rows.length < CHUNKS_PER_STEP) return { lines, next: null }
  }
}

async function readTail(db: Database, executionId: string, query: LogQuery): Promise<NumberedLine[]> {
  const wanted = wantedLines(query)
  const lines: NumberedLine[] = []
  let [before, looked, answered] = [Number.MAX_SAFE_INTEGER, 0, 0]
  for (;;) {
    const rows = await db.run<ChunkRow>('logs/chunks-backward', [executionId, before, CHUNKS_PER_STEP])
    for (const row of rows) {
      looked += row.raw_bytes
      for (const line of (await matching(row, query)).reverse()) {
        if (lines.length === wanted || answered >= ANSWER_CHARACTERS) return lines.reverse()
        lines.push(line)
        answered += line.text.length
      }
      before = row.first_no
    }
    if (rows.length < CHUNKS_PER_STEP || looked >= LOOKED_BYTES) return lines.reverse()
  }
}

/** The lines of a chunk that match. */
async function matching(row: ChunkRow, query: LogQuery): Promise<NumberedLine[]> {
  if (query.stream !== undefined && !(row.streams & maskOf(query.stream))) return []
  const test = lineTest(query)
  const lines = await decodeChunk(row)
  return test === null ? lines : lines.filter(test)
}
