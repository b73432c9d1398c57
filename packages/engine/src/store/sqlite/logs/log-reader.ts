import type { DatabaseSync } from 'node:sqlite'
import { type LogQuery, lineTest, type NumberedLine, wantedLines } from '../../../ports/logs.ts'
import { prepareAll, type RowStatement, rows } from '../statements.ts'
import { type ChunkLines, type ChunkRow, decodeChunk, type LineCount, linesOf, STREAMS } from './chunk.ts'
import { openLogsForReading } from './open-logs.ts'

/** One step of a read. Steps are bounded, so that a search through a long log does not hold up other readers. */
export interface ReadStep {
  lines: NumberedLine[]
  total: number
  /** Where the next step begins (for a tail: before which number it looks); null when all has been looked at. */
  next: number | null
  /** The answer is as large as it may become, whatever the limit. */
  full: boolean
}

/** Bytes looked through, and bytes answered, per step. */
const STEP_BYTES = 8 * 1024 * 1024
const ANSWER_BYTES = 4 * 1024 * 1024

interface ReadStatements {
  count: RowStatement<LineCount>
  onward: RowStatement<ChunkRow>
  backward: RowStatement<ChunkRow>
}

/** Reads the database of logs, in a thread of its own. */
export class LogReader {
  readonly #file: string
  #db: DatabaseSync | null = null
  #sql: ReadStatements | null = null

  constructor(file: string) {
    this.#file = file
  }

  /** `resumeAt` is the `next` of the step before. Throws what SQLite throws. */
  read(executionId: string, query: LogQuery, resumeAt: number | null): ReadStep {
    const sql = this.#open()
    if (sql === null) return { lines: [], total: 0, next: null, full: false }
    const { total } = sql.count.get(executionId) ?? { total: 0 }
    const backward = query.tail !== undefined
    const start = resumeAt ?? (backward ? Number.MAX_SAFE_INTEGER : (query.from ?? 0))
    const chunks = (backward ? sql.backward : sql.onward).iterate(executionId, start)
    const step = scan(chunks, query, backward ? 0 : start)
    if (backward) step.lines.reverse()
    return { ...step, total }
  }

  /** Lets go of the file; the next read opens it again. */
  close(): void {
    this.#db?.close()
    this.#db = null
    this.#sql = null
  }

  #open() {
    if (this.#sql !== null) return this.#sql
    this.#db = openLogsForReading(this.#file)
    if (this.#db === null) return null
    this.#sql = prepareAll(this.#db, {
      count: rows<LineCount>('logs/count-lines'),
      onward: rows<ChunkRow>('logs/chunks-onward'),
      backward: rows<ChunkRow>('logs/chunks-backward'),
    })
    return this.#sql
  }
}

function scan(rows: Iterable<ChunkRow>, query: LogQuery, from: number): Omit<ReadStep, 'total'> {
  const wanted = wantedLines(query)
  const test = lineTest(query)
  const lines: NumberedLine[] = []
  let looked = 0
  let answered = 0
  for (const row of rows) {
    const full = answered >= ANSWER_BYTES || lines.length >= wanted
    const next = query.tail === undefined ? row.first_no : row.first_no + row.lines
    if (full || looked >= STEP_BYTES) return { lines, next, full }
    looked += row.raw_bytes
    for (const line of matching(row, query)) {
      if (line.no < from || (test !== null && !test(line))) continue
      if (lines.length === wanted) return { lines, next: query.tail === undefined ? line.no : null, full: true }
      lines.push(line)
      answered += line.text.length
    }
  }
  return { lines, next: null, full: false }
}

/** The lines of a chunk that may match, in the direction of the read; none when the chunk cannot hold any. */
function* matching(row: ChunkRow, query: LogQuery): Generator<NumberedLine> {
  if (query.stream !== undefined && !(row.streams & (1 << STREAMS.indexOf(query.stream)))) return
  let chunk: ChunkLines
  try {
    chunk = decodeChunk(row)
  } catch {
    const text = `[${row.lines} lines of the log are damaged and cannot be read]`
    yield { no: row.first_no, attempt: row.attempt, at: 0, stream: 'system', text }
    return
  }
  if (query.q && !chunk.text.toLowerCase().includes(query.q.toLowerCase())) return
  const lines = linesOf(row, chunk)
  yield* query.tail === undefined ? lines : [...lines].reverse()
}
