import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { LogLine, LogStream, NumberedLine } from '../../../ports/logs.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

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

export const STREAMS: readonly LogStream[] = ['stdout', 'stderr', 'system']
/** Below this size compression gains less than its frame costs. */
const WORTH_COMPRESSING_BYTES = 512
const CODEC = { plain: 0, zstd: 1 } as const

/** The body of a chunk: instants, streams (an index each) and texts, as JSON; compressed beside the engine's loop. */
export async function encodeChunk(lines: readonly LogLine[]) {
  const parts = [lines.map((l) => l.at), lines.map((l) => STREAMS.indexOf(l.stream)), lines.map((l) => l.text)]
  const raw = Buffer.from(JSON.stringify(parts))
  const plain = raw.length < WORTH_COMPRESSING_BYTES
  return {
    streams: lines.reduce((mask, line) => mask | maskOf(line.stream), 0),
    raw_bytes: raw.length,
    codec: plain ? CODEC.plain : CODEC.zstd,
    body: plain ? raw : await compress(raw),
  }
}

/** The bit of a stream in a chunk's mask. */
export function maskOf(stream: LogStream): number {
  return 1 << STREAMS.indexOf(stream)
}

/** The lines of a chunk; one that tells so in their place when the body is damaged. */
export async function decodeChunk(row: ChunkRow): Promise<NumberedLine[]> {
  const { first_no, attempt } = row
  try {
    const raw = row.codec === CODEC.zstd ? await decompress(row.body) : row.body
    const [ats, streams, texts] = JSON.parse(Buffer.from(raw).toString()) as [number[], number[], string[]]
    return texts.map((text, i) => {
      return { no: first_no + i, attempt, at: ats[i]!, stream: STREAMS[streams[i]!] ?? 'system', text }
    })
  } catch {
    const text = `[${row.lines} lines of the log are damaged and cannot be read]`
    return [{ no: first_no, attempt, at: 0, stream: 'system', text }]
  }
}
