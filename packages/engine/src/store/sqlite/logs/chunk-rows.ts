import { type ChunkLines, decodeChunk, encodeChunk, streamMask } from './chunk.ts'
import type { LogStatements } from './log-database.ts'

/** Below this a chunk is worth merging with its neighbours. */
export const SMALL_BYTES = 32 * 1024

export interface SmallChunk {
  firstNo: number
  attempt: number
}

/** Where a chunk stands. */
export interface ChunkPosition {
  executionId: string
  attempt: number
  firstNo: number
  /** Numbers that the chunk covers. */
  span: number
}

/** Adds a chunk; answers its size before compression. */
export function insertChunk(
  sql: LogStatements,
  { executionId, attempt, firstNo, span }: ChunkPosition,
  lines: ChunkLines,
): number {
  const { raw_bytes, codec, body } = encodeChunk(lines)
  sql.append.run(executionId, firstNo, span, attempt, streamMask(lines.streams), raw_bytes, codec, body)
  return raw_bytes
}

/** Makes one chunk of the small ones from `first` on, so that a slow talker does not fill the file with crumbs. */
export function mergeSmall(sql: LogStatements, executionId: string, first: SmallChunk): SmallChunk[] {
  const rows = sql.onward.all(executionId, first.firstNo)
  let parts: ChunkLines[]
  try {
    parts = rows.map(decodeChunk)
  } catch {
    return []
  }
  const ats = parts.flatMap((part) => part.ats)
  const streams = parts.map((part) => part.streams).join('')
  const text = parts.map((part) => part.text).join('\n')
  sql.delete.run(executionId, first.firstNo)
  const bytes = insertChunk(sql, { executionId, ...first, span: ats.length }, { ats, streams, text })
  return bytes < SMALL_BYTES ? [first] : []
}
