/** Masking 50 secrets in a program's output, against one plain search for each of them, and against a copy. */
import { maskerOf } from '@rota/executors'
import type { BenchOptions } from './bench.ts'

const SECRETS = 50
const CHUNK = 65_536
const CHUNKS = 256
const ROUNDS = 5
const MEGABYTE = 1e6

/** The same numbers at every run (xorshift32, Marsaglia 2003). */
function createRandom(seed: number) {
  let state = seed
  return (below: number) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const WORDS = 'INFO WARN ERROR request user loaded from table in ms retry connection closed at worker/7 backup done 200'

type Random = ReturnType<typeof createRandom>

function digits(random: Random, length: number): string {
  return Array.from({ length }, () => DIGITS[random(64)]).join('')
}

/** Passwords, tokens, and one key of many lines in ten. */
function secretsOf(random: Random): string[] {
  return Array.from({ length: SECRETS }, (_, i) =>
    i % 10 === 0
      ? Array.from({ length: 26 }, () => digits(random, 64)).join('\n')
      : digits(random, i % 2 === 0 ? 12 + random(8) : 40),
  )
}

/** Lines as servers write them. */
function logText(random: Random): string {
  const words = WORDS.split(' ')
  const lines: string[] = []
  for (let size = 0; size < CHUNK * 2; size += lines.at(-1)!.length + 1) {
    const text = Array.from({ length: 8 }, () => words[random(words.length)]).join(' ')
    lines.push(`2026-01-01T00:00:${random(60)}.${random(1000)}Z ${text} id=${random(2 ** 32).toString(16)}`)
  }
  return lines.join('\n')
}

/** A program's output in chunks as pipes hand them over, all different. */
function chunksOf(text: string, random: Random, planted: readonly string[]): Buffer[] {
  return Array.from({ length: CHUNKS }, (_, i) => {
    const from = random(text.length - CHUNK)
    const secret = planted.length === 0 ? '' : planted[i % planted.length]!
    return Buffer.from(
      (text.slice(from, from + CHUNK / 2) + secret + text.slice(from + CHUNK / 2, from + CHUNK)).slice(0, CHUNK),
    )
  })
}

/** Megabytes a second of the best round: whatever else the machine does only takes away from it. */
function rateOf(chunks: readonly Buffer[], pass: (chunk: Buffer) => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now()
    for (const chunk of chunks) pass(chunk)
    best = Math.min(best, performance.now() - startedAt)
  }
  return Math.round((chunks.length * CHUNK) / MEGABYTE / (best / 1000))
}

/** Figures in megabytes of output a second; `…Ratio` is ours over the plain searches for the bare values. */
export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const random = createRandom(20_260_101)
  const secrets = secretsOf(random)
  const startedAt = performance.now()
  const masker = maskerOf(secrets)!
  const compileMs = performance.now() - startedAt
  const texts = {
    log: chunksOf(logText(random), random, []),
    planted: chunksOf(logText(random), random, secrets),
    base64: chunksOf(digits(random, CHUNK * 2), random, []),
  }
  const values = secrets.map((secret) => Buffer.from(secret))
  const found: Record<string, number> = {}
  for (const [name, chunks] of Object.entries(texts)) {
    const stream = masker.stream()
    found[`${name}MbPerSecond`] = rateOf(chunks, (chunk) => stream.push(chunk))
    log(`${name}: ${found[`${name}MbPerSecond`]} MB/s`)
  }
  const copyMbPerSecond = rateOf(texts.log, (chunk) => Buffer.from(chunk))
  const searchesMbPerSecond = rateOf(texts.log, (chunk) => values.map((value) => chunk.indexOf(value)))
  const searchesRatio = Number((found.logMbPerSecond! / searchesMbPerSecond).toFixed(2))
  const copyRatio = Number((found.logMbPerSecond! / copyMbPerSecond).toFixed(3))
  log(
    `plain searches for ${SECRETS} values, none of their encodings: ${searchesMbPerSecond} MB/s; a copy: ${copyMbPerSecond} MB/s`,
  )
  log(`put together in ${compileMs.toFixed(1)} ms`)
  return { secrets: SECRETS, ...found, searchesMbPerSecond, searchesRatio, copyMbPerSecond, copyRatio, compileMs }
}
