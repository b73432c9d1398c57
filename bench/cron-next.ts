/** The next occurrence of a cron expression, against croner and cron-parser. */
import { getHeapStatistics } from 'node:v8'
import { compileSchedule } from '@rota/core'
import { type BenchOptions, installPeer, percentiles } from './bench.ts'

const EXPRESSIONS = [
  '* * * * *',
  '*/15 * * * *',
  '0 2 * * *',
  '30 9 * * 1-5',
  '0 0 L * *',
  '0 0 29 2 *',
  '15 30 4 * * *',
]
const ZONES = ['UTC', 'Asia/Shanghai', 'America/New_York'] as const
/** Chains start here again when they have left the decade, so that all sides stay among the same dates. */
const START = Date.UTC(2026, 0, 1)
const END = Date.UTC(2036, 0, 1)
const ROUNDS = 5
const ROUND_MS = 60
/** Occurrences in a row that must agree before anything is timed. */
const SAMPLE = 1000

/** Finds the occurrence after an instant, in its own way. */
type Next = (after: number) => number

interface Croner {
  Cron: new (pattern: string, options: { timezone: string }) => { nextRun(after: Date): Date | null }
}
interface CronParser {
  CronExpressionParser: {
    parse(
      pattern: string,
      options: { tz: string; currentDate: Date },
    ): { next(): { getTime(): number }; reset(at: Date): void }
  }
}

function ours(expression: string, timezone: string): Next {
  const schedule = compileSchedule(expression, { timezone })
  return (after) => schedule.next(after)!
}

function cronerNext({ Cron }: Croner, expression: string, timezone: string): Next {
  const job = new Cron(expression, { timezone })
  return (after) => job.nextRun(new Date(after))!.getTime()
}

/** Its iterator holds the position itself; `after` only counts when it is not where the iterator stands. */
function cronParserNext({ CronExpressionParser }: CronParser, expression: string, timezone: string): Next {
  const iterator = CronExpressionParser.parse(expression, { tz: timezone, currentDate: new Date(START) })
  let position = START
  return (after) => {
    if (after !== position) iterator.reset(new Date(after))
    position = iterator.next().getTime()
    return position
  }
}

/** Nanoseconds for one step of the chain; each answer is the next question. */
function timeChain(next: Next, roundMs: number): number {
  let at = START
  let steps = 0
  const startedAt = performance.now()
  let elapsed = 0
  do {
    for (let i = 0; i < 20; i++) {
      at = next(at)
      if (at >= END) at = START
    }
    steps += 20
    elapsed = performance.now() - startedAt
  } while (elapsed < roundMs)
  return (elapsed * 1e6) / steps
}

/** Bytes allocated on the heap by one step; what collections free in between does not matter. */
function bytesPerStep(next: Next, steps: number): number {
  let at = START
  const allocated = () => getHeapStatistics().total_allocated_bytes
  const before = allocated()
  const empty = allocated() - before
  const from = allocated()
  for (let i = 0; i < steps; i++) {
    at = next(at)
    if (at >= END) at = START
  }
  return Math.max(0, allocated() - from - empty) / steps
}

/** The first answer on which two sides differ in the sample, if any. */
function disagreement(a: Next, b: Next): string | null {
  let at = START
  for (let i = 0; i < SAMPLE; i++) {
    const [left, right] = [a(at), b(at)]
    if (left !== right) {
      return `after ${new Date(at).toISOString()}: ${new Date(left).toISOString()} here, ${new Date(right).toISOString()} there`
    }
    at = left
    if (at >= END) at = START
  }
  return null
}

/**
 * Chains of `next` over seven expressions in a fixed and a changing zone, all sides in alternating rounds.
 * Result: per case nanoseconds and bytes a step, `…Ratio` how many times longer the peer takes; `worst…` over all cases.
 * A side that gives another answer within the sample is timed all the same, and named in `disagreements`.
 * Throws when the sides disagree in UTC, where there is nothing to argue about.
 */
export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const croner = await (await installPeer('croner', '11.0.1')).load<Croner>()
  const cronParser = await (await installPeer('cron-parser', '5.10.5')).load<CronParser>()
  const cases: Record<string, number | string>[] = []
  const disagreements: string[] = []
  log('ns a step (bytes allocated)           rota            croner             cron-parser')
  for (const timezone of ZONES) {
    for (const expression of EXPRESSIONS) {
      const sides = {
        rota: ours(expression, timezone),
        croner: cronerNext(croner, expression, timezone),
        cronParser: cronParserNext(cronParser, expression, timezone),
      }
      for (const peer of ['croner', 'cronParser'] as const) {
        const difference = disagreement(ours(expression, timezone), sides[peer])
        if (difference === null) continue
        if (timezone === 'UTC') throw new Error(`${peer} "${expression}" in ${timezone} ${difference}`)
        disagreements.push(`${peer} "${expression}" in ${timezone} ${difference}`)
      }
      cases.push(measure(expression, timezone, sides, log))
    }
  }
  for (const line of disagreements) log(`other answer: ${line}`)
  const over = (key: string, zones: readonly string[]) =>
    cases.filter(({ timezone }) => zones.includes(String(timezone))).map((row) => Number(row[key]))
  return {
    cases,
    disagreements,
    fixedZoneMedianNs: round(percentiles(Float64Array.from(over('rotaNs', ['UTC', 'Asia/Shanghai']))).p50),
    fixedZoneWorstNs: Math.max(...over('rotaNs', ['UTC', 'Asia/Shanghai'])),
    changingZoneMedianNs: round(percentiles(Float64Array.from(over('rotaNs', ['America/New_York']))).p50),
    changingZoneWorstNs: Math.max(...over('rotaNs', ['America/New_York'])),
    worstCronerRatio: Math.min(...over('cronerRatio', ZONES)),
    medianCronerRatio: percentiles(Float64Array.from(over('cronerRatio', ZONES))).p50,
    worstCronParserRatio: Math.min(...over('cronParserRatio', ZONES)),
    medianCronParserRatio: percentiles(Float64Array.from(over('cronParserRatio', ZONES))).p50,
  }
}

type Sides = Record<'rota' | 'croner' | 'cronParser', Next>

function measure(
  expression: string,
  timezone: string,
  sides: Sides,
  log: (line: string) => void,
): Record<string, number | string> {
  const names = ['rota', 'croner', 'cronParser'] as const
  const samples: Record<string, number[]> = { rota: [], croner: [], cronParser: [] }
  for (const name of names) timeChain(sides[name], ROUND_MS)
  for (let i = 0; i < ROUNDS; i++) for (const name of names) samples[name]!.push(timeChain(sides[name], ROUND_MS))
  const ns = (name: string) => percentiles(Float64Array.from(samples[name]!)).p50
  const row: Record<string, number | string> = { expression, timezone }
  for (const name of names) {
    row[`${name}Ns`] = round(ns(name))
    row[`${name}Bytes`] = round(bytesPerStep(sides[name], name === 'rota' ? 200_000 : 2000))
    if (name !== 'rota') row[`${name}Ratio`] = round(ns(name) / ns('rota'))
  }
  const cell = (name: string) => `${Math.round(Number(row[`${name}Ns`]))} (${Math.round(Number(row[`${name}Bytes`]))})`
  const ratio = (name: string) => `${cell(name)} ${Math.round(Number(row[`${name}Ratio`]))}×`
  log(
    `${timezone.padEnd(17)} ${expression.padEnd(15)} ${cell('rota').padStart(12)} ${ratio('croner').padStart(22)} ${ratio('cronParser').padStart(25)}`,
  )
  return row
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
