import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RotaError } from '../errors.ts'
import { compileSchedule } from './compile.ts'
import { processZone } from './zone-name.ts'

/** What was reported in public of other schedulers, with the answer that is right here. */
interface ReportedCase {
  /** Where it was reported: repository and issue. */
  source: string
  input: {
    expr: string
    tz?: string
    from?: string
    to?: string
    count?: number
    key?: string
    env?: { TZ: string }
  }
  expected: {
    next?: string[]
    refused?: true
    refused_or_noted?: true
    refused_or?: string[]
    /** The very suggestion. */
    suggestion?: string
    suggestion_valid?: true
    /** Between any two neighbours. */
    period_seconds?: number
    /** One occurrence in each calendar month. */
    every_month?: true
  }
}

const cases = JSON.parse(
  readFileSync(new URL('./fixtures/reported-cases.json', import.meta.url), 'utf8'),
) as ReportedCase[]

function zoneOf({ tz, env }: ReportedCase['input']): string {
  return tz ?? processZone(env?.TZ, 'UTC') ?? env!.TZ
}

function occurrences({ input }: ReportedCase): string[] {
  const { expr, from, to, count, key } = input
  const schedule = compileSchedule(expr, { timezone: zoneOf(input), hashKey: key })
  const end = to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to)
  return schedule
    .between(Date.parse(from ?? '2026-01-01T00:00:00Z'), end, count ?? 1000)
    .map((at) => new Date(at).toISOString().replace('.000Z', 'Z'))
}

function refusal(each: ReportedCase): RotaError | null {
  try {
    occurrences(each)
    return null
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return error
  }
}

describe('cases reported of other schedulers are answered right', () => {
  test.each(
    cases.map(
      (each) =>
        [`${each.input.expr} in ${each.input.tz ?? `TZ=${each.input.env?.TZ}`} (${each.source})`, each] as const,
    ),
  )('%s', (_, each) => {
    const { input, expected } = each
    if (expected.next) expect(occurrences(each)).toEqual(expected.next)
    else if (expected.period_seconds !== undefined) {
      const instants = occurrences(each).map(Date.parse)
      expect(instants).toHaveLength(input.count!)
      const gaps = instants.slice(1).map((at, i) => (at - instants[i]!) / 1000)
      expect(new Set(gaps)).toEqual(new Set([expected.period_seconds]))
    } else if (expected.every_month) {
      const months = occurrences(each).map((at) => at.slice(0, 7))
      expect(new Set(months).size).toBe(input.count)
    } else {
      const refused = refusal(each)
      expect(refused).not.toBeNull()
      const [{ path, suggestion } = { path: '', suggestion: undefined }] = refused!.errors
      if (expected.suggestion) expect(suggestion).toBe(expected.suggestion)
      if (expected.suggestion_valid || expected.suggestion) {
        const corrected = path === 'timezone' ? { ...input, tz: suggestion! } : { ...input, expr: suggestion! }
        expect(refusal({ ...each, input: corrected })).toBeNull()
      }
    }
  })
})
