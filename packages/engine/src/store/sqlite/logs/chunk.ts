import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { LogStream, NumberedLine } from '../../../ports/logs.ts'

/** Consecutive lines of one attempt on their way to the disk: few long strings, so that they cross threads cheaply. */
export interface Batch {
  executionId: string
  attempt: number
  /** Lines given up between the batch before and this one. */
  skipped: number
  ats: number[]
  /** One digit per line, an index of {@link STREAMS}. */
  streams: string
  /** The lines' texts, joined by line feeds. */
  text: string
  /** What it takes in the queue. */
  bytes: number
}

/** The columns of a chunk that reading needs. */
export interface ChunkRow {
  first_no: number
  /** Numbers that it covers; more than lines in the body where a mark stands for lines that were lost. */
  lines: number
  attempt: number
  streams: number
  raw_bytes: number
  codec: number
  body: Uint8Array
}

/** The row of `count-lines`. */
export interface LineCount {
  total: number
}

export const STREAMS: readonly LogStream[] = ['stdout', 'stderr', 'system']

/** Below this size compression gains less than its frame costs. */
const WORTH_COMPRESSING_BYTES = 512

const CODEC = { plain: 0, zstd: 1 } as const

export type ChunkLines = Pick<Batch, 'ats' | 'streams' | 'text'>

/**
 * The body of a chunk: three parts divided by line feeds. Instants in base 36, the first as it is and each further one
 * as its distance from the one before; one digit of stream per line; then the texts.
 */
export function encodeChunk({ ats, streams, text }: ChunkLines): Pick<ChunkRow, 'raw_bytes' | 'codec' | 'body'> {
  const instants = ats.map((at, i) => (i === 0 ? at : at - ats[i - 1]!).toString(36)).join()
  const raw = Buffer.from(`${instants}\n${streams}\n${text}`)
  if (raw.length < WORTH_COMPRESSING_BYTES) return { raw_bytes: raw.length, codec: CODEC.plain, body: raw }
  return { raw_bytes: raw.length, codec: CODEC.zstd, body: zstdCompressSync(raw) }
}

/** Throws when the body is damaged. */
export function decodeChunk(row: Pick<ChunkRow, 'codec' | 'body'>): ChunkLines {
  const raw = row.codec === CODEC.zstd ? zstdDecompressSync(row.body) : row.body
  const all = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString()
  const instantsEnd = all.indexOf('\n')
  const streamsEnd = all.indexOf('\n', instantsEnd + 1)
  let at = 0
  const ats = all
    .slice(0, instantsEnd)
    .split(',')
    .map((step) => {
      at += Number.parseInt(step, 36)
      return at
    })
  const streams = all.slice(instantsEnd + 1, streamsEnd)
  if (instantsEnd < 0 || streams.length !== ats.length) throw new Error('damaged chunk')
  return { ats, streams, text: all.slice(streamsEnd + 1) }
}

export function streamMask(streams: string): number {
  let mask = 0
  for (let i = 0; i < STREAMS.length; i++) if (streams.includes(String(i))) mask |= 1 << i
  return mask
}

/** The lines of a chunk one by one. */
export function* linesOf(row: ChunkRow, chunk: ChunkLines): Generator<NumberedLine> {
  const texts = chunk.text.split('\n')
  for (let i = 0; i < chunk.ats.length; i++) {
    yield {
      no: row.first_no + i,
      attempt: row.attempt,
      at: chunk.ats[i]!,
      stream: STREAMS[chunk.streams.charCodeAt(i) - 48] ?? 'system',
      text: texts[i] ?? '',
    }
  }
}
