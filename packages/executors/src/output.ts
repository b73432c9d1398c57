import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { type Clock, encodingOf, type Json } from '@rota/core'
import type { LogLine, LogStream, RunSink } from './executor.ts'
import { LineSplitter } from './line-splitter.ts'
import { MarkerLines } from './marker-lines.ts'
import { type Masker, maskerOf } from './masking/masker.ts'
import type { StreamMasker } from './masking/stream-masker.ts'
import { OutputTail } from './output-tail.ts'
import { LINE_COST, TailRing } from './tail-ring.ts'
import { UnfinishedLines } from './unfinished-lines.ts'

/** After a chunk of more lines than this the pipe rests until the event loop has served everybody else. */
const LINES_PER_TURN = 2048
const UTF8 = 'utf-8'
/** Smaller chunks are left to the collector. */
const FREED_AT_ONCE = 1024

export interface OutputOptions {
  clock: Clock
  sink: RunSink
  /** Bytes of log kept: the first half as it comes, the last half when the run ends. A line costs 32 bytes more. */
  maxLogBytes: number
  maxResultBytes: number
  /** Of what is printed; null or absent for UTF-8. */
  encoding?: string | null
  /** Values that stand in nothing that is passed on. */
  secrets?: readonly string[] | undefined
}

/**
 * Gives a chunk's memory back at once. The collector sees only small objects and would let a flood grow by 64 MB and
 * more before it looks. Every reader of the chunk has copied what it keeps.
 */
function freeNow(chunk: Buffer): void {
  const { buffer } = chunk
  if (chunk.length >= FREED_AT_ONCE && buffer.byteLength === chunk.length && buffer instanceof ArrayBuffer) {
    buffer.transfer(0)
  }
}

/**
 * Takes a run's output from its pipes to its sink, bounded in memory and in what is kept.
 *
 * Lines go to the sink at once until half of `maxLogBytes` is used. From then on the raw bytes go through a ring that
 * keeps the last half; it is delivered by {@link finish}, after a `system` line that tells how much was cut between.
 * A line that stands unfinished meanwhile is told of, as long as lines go to the sink at once.
 * While the sink is behind the pipes are not read, so the program waits in its own write.
 */
export class Output {
  readonly #clock: Clock
  readonly #sink: RunSink
  readonly #maxLogBytes: number
  readonly #encoding: string
  readonly #decoders: Partial<Record<LogStream, TextDecoder>> = {}
  readonly #splitters: Partial<Record<LogStream, LineSplitter>> = {}
  readonly #masker: Masker | null
  readonly #maskers: Partial<Record<LogStream, StreamMasker>> = {}
  readonly #unfinished: UnfinishedLines
  readonly #markers: MarkerLines
  readonly #tail = new OutputTail()
  readonly #pipes = new Set<Readable>()
  #headBytesLeft: number
  #ring: TailRing | null = null
  #isSinkBehind = false
  /** Clock.monotonic() of the last bytes. */
  lastBytesAt = 0

  constructor({ clock, sink, maxLogBytes, maxResultBytes, encoding = null, secrets }: OutputOptions) {
    this.#masker = maskerOf(secrets)
    this.#encoding = (encoding === null ? null : encodingOf(encoding)) ?? UTF8
    this.#clock = clock
    this.#sink = sink
    this.#maxLogBytes = maxLogBytes
    this.#headBytesLeft = Math.floor(maxLogBytes / 2)
    this.#unfinished = new UnfinishedLines({
      clock,
      textOf: (stream) => this.#splitters[stream]?.unfinished ?? '',
      tell: (line) => sink.unfinished?.(line),
    })
    this.#markers = new MarkerLines({
      clock,
      maxResultBytes,
      onProgress: (percent, message) => sink.progress(percent, message),
      onProblem: (text) => this.system(text),
    })
  }

  get result(): Json {
    return this.#markers.result
  }

  get droppedBytes(): number {
    return this.#ring?.droppedBytes ?? 0
  }

  /** The last output, at most 16 KiB. Whole only after {@link finish}. */
  get tail(): string {
    return this.#tail.text
  }

  get isWaitingForSink(): boolean {
    return this.#isSinkBehind
  }

  /** Reads a pipe from now on. */
  attach(pipe: Readable, stream: 'stdout' | 'stderr'): void {
    this.#pipes.add(pipe)
    pipe.on('data', (chunk: Buffer) => {
      const lineCount = this.write(stream, chunk)
      freeNow(chunk)
      if (lineCount > LINES_PER_TURN && !this.#isSinkBehind) {
        pipe.pause()
        setImmediate(() => this.#isSinkBehind || pipe.resume())
      }
    })
    pipe.on('close', () => this.#pipes.delete(pipe))
    if (this.#isSinkBehind) pipe.pause()
  }

  /** Reads on from its pipes, for nobody, as long as somebody prints into them; they keep no process alive. */
  letGo(): void {
    for (const pipe of this.#pipes) {
      pipe.removeAllListeners('data')
      pipe.on('data', freeNow)
      pipe.resume()
      if (pipe instanceof Socket) pipe.unref()
    }
    this.#pipes.clear()
  }

  /** Takes bytes; returns how many lines they completed. */
  write(stream: 'stdout' | 'stderr', bytes: Buffer): number {
    this.lastBytesAt = this.#clock.monotonic()
    return this.#pass(stream, this.#encoding === UTF8 ? bytes : this.#recoded(stream, bytes))
  }

  /** Lets nothing of a secret through; what may be the beginning of one waits. */
  #pass(stream: 'stdout' | 'stderr', chunk: Buffer): number {
    if (this.#masker === null) return this.#take(stream, chunk)
    this.#maskers[stream] ??= this.#masker.stream()
    return this.#take(stream, this.#maskers[stream].push(chunk))
  }

  #take(stream: 'stdout' | 'stderr', chunk: Buffer): number {
    const at = this.#clock.now()
    if (this.#ring) {
      this.#ring.push(stream, at, chunk)
      if (stream === 'stdout') this.#markers.readBytes(chunk)
      return 0
    }
    this.#splitters[stream] ??= new LineSplitter()
    const splitter = this.#splitters[stream]
    const lines: string[] = []
    splitter.push(chunk, lines)
    this.#unfinished.wrote(stream, at, lines.length > 0, splitter.hasUnfinished)
    if (lines.length > 0) this.#deliver(stream, lines, at)
    return lines.length
  }

  /** What comes in another encoding goes on as UTF-8, so that all behind it knows only one. Bytes at the end may wait. */
  #recoded(stream: 'stdout' | 'stderr', bytes: Buffer): Buffer {
    this.#decoders[stream] ??= new TextDecoder(this.#encoding)
    return Buffer.from(this.#decoders[stream].decode(bytes, { stream: true }))
  }

  /** Adds a line about the run itself; it does not count against the log's size. */
  system(text: string): void {
    this.#send([{ at: this.#clock.now(), stream: 'system', text }])
  }

  /** Delivers what is still held: unfinished lines, the cut mark, the kept tail. Call once, after the pipes' end. */
  async finish(): Promise<void> {
    this.#unfinished.end()
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#decoders[stream]?.decode()
      delete this.#decoders[stream]
      // Half a character at the very end.
      if (rest) this.#pass(stream, Buffer.from(rest))
      const held = this.#maskers[stream]?.end()
      if (held && held.length > 0) this.#take(stream, held)
    }
    this.#markers.end()
    for (const stream of ['stdout', 'stderr'] as const) {
      const lines: string[] = []
      this.#splitters[stream]?.end(lines)
      if (lines.length > 0) this.#deliver(stream, lines, this.#clock.now())
    }
    if (this.#ring) await this.#deliverTail(this.#ring)
    this.#markers.end()
  }

  #deliver(stream: 'stdout' | 'stderr', lines: string[], at: number): void {
    const batch: LogLine[] = []
    let index = 0
    for (; index < lines.length && this.#headBytesLeft > 0; index++) {
      const text = lines[index]!
      this.#headBytesLeft -= Buffer.byteLength(text) + LINE_COST
      batch.push({ at, stream, text })
      if (stream === 'stdout') this.#markers.read(text)
    }
    this.#tail.add(batch)
    if (batch.length > 0) this.#send(batch)
    if (this.#headBytesLeft <= 0) this.#startRing(stream, lines.slice(index), at)
  }

  /** From here on bytes are kept raw; what was already cut into lines is put back together. */
  #startRing(stream: 'stdout' | 'stderr', lines: string[], at: number): void {
    if (this.#ring) return
    this.#unfinished.end()
    this.#ring = new TailRing(Math.ceil(this.#maxLogBytes / 2))
    this.system(`The log has reached half of its ${this.#maxLogBytes} bytes; from here only the last part is kept.`)
    const rest = lines.length > 0 ? Buffer.from(`${lines.join('\n')}\n`) : null
    if (rest) {
      this.#ring.push(stream, at, rest)
      if (stream === 'stdout') this.#markers.readBytes(rest)
    }
    for (const name of ['stdout', 'stderr'] as const) {
      const unfinished = this.#splitters[name]?.takeUnfinished()
      if (!unfinished || unfinished.length === 0) continue
      this.#ring.push(name, at, unfinished)
      if (name === 'stdout') this.#markers.readBytes(unfinished)
    }
  }

  async #deliverTail(ring: TailRing): Promise<void> {
    if (ring.droppedBytes > 0) {
      this.system(
        `… ${ring.droppedBytes} bytes (${ring.droppedLines} lines) of output were cut here: the log is limited to ${this.#maxLogBytes} bytes …`,
      )
    }
    const splitters = { stdout: new LineSplitter(), stderr: new LineSplitter(), system: new LineSplitter() }
    const deliver = async (stream: LogStream, lines: string[], at: number) => {
      const batch = lines.map((text) => ({ at, stream, text }))
      this.#tail.add(batch)
      if (batch.length > 0) this.#send(batch)
      await (this.#isSinkBehind ? this.#drained : new Promise(setImmediate))
    }
    let lastAt = this.#clock.now()
    for (const { stream, at, bytes } of ring.drain()) {
      const lines: string[] = []
      splitters[stream].push(bytes, lines)
      await deliver(stream, lines, at)
      lastAt = at
    }
    for (const stream of ['stdout', 'stderr'] as const) {
      const lines: string[] = []
      splitters[stream].end(lines)
      await deliver(stream, lines, lastAt)
    }
  }

  #drained: Promise<void> = Promise.resolve()

  #send(batch: LogLine[]): void {
    if (this.#sink.lines(batch) || this.#isSinkBehind) return
    this.#isSinkBehind = true
    for (const pipe of this.#pipes) pipe.pause()
    this.#drained = this.#sink.drained().then(() => {
      this.#isSinkBehind = false
      for (const pipe of this.#pipes) pipe.resume()
    })
  }
}
