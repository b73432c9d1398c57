/** What the law of functions allows, and a list of those that break it, which may only shrink. */
import type { FunctionSize } from './function-sizes.ts'

const MOST_LINES = 50
const MOST_COMPONENT_LINES = 120
const MOST_PARAMETERS = 4

/** A function that breaks the law today. `lines` and `parameters` stand only where they are too many. */
export interface Exception {
  path: string
  name: string
  lines?: number
  parameters?: number
}

type Measure = 'lines' | 'parameters'
type Figures = Partial<Record<Measure, number>>

const MEASURES: readonly Measure[] = ['lines', 'parameters']

/** What is wrong, a line each: functions that break the law unlisted or more than listed, entries that are out of date. */
export function breaches(sizes: readonly FunctionSize[], exceptions: readonly Exception[]): string[] {
  const entries = new Map(exceptions.map((entry) => [keyOf(entry), entry]))
  const found = sizes.flatMap((size) => {
    const entry = entries.get(keyOf(size))
    entries.delete(keyOf(size))
    return MEASURES.flatMap((measure) => judge(size, measure, entry?.[measure]))
  })
  const gone = [...entries.values()].map(
    ({ path, name }) => `${path}: ${name} is not there any more. Remove its entry.`,
  )
  return [...found, ...gone]
}

/** The list without what is needed no longer, and with the smaller figures of today. Nothing is added, nothing grows. */
export function shrunk(sizes: readonly FunctionSize[], exceptions: readonly Exception[]): Exception[] {
  const sizeOf = new Map(sizes.map((size) => [keyOf(size), size]))
  return exceptions.flatMap((entry) => {
    const size = sizeOf.get(keyOf(entry))
    const figures: Figures = {}
    for (const measure of MEASURES) {
      const listed = entry[measure]
      const now = size && size[measure] > most(size, measure) ? size[measure] : undefined
      if (listed !== undefined && now !== undefined) figures[measure] = Math.min(listed, now)
    }
    return Object.keys(figures).length === 0 ? [] : [{ path: entry.path, name: entry.name, ...figures }]
  })
}

function judge(size: FunctionSize, measure: Measure, listed: number | undefined): string[] {
  const now = size[measure]
  const allowed = most(size, measure)
  const what = `${size.path}:${size.line}: ${size.name} has ${now} ${measure}`
  if (listed === undefined) return now > allowed ? [`${what}, of at most ${allowed}.`] : []
  if (now > listed) return [`${what}, more than the ${listed} of its entry.`]
  if (now <= allowed) return [`${what}, which is in order. Remove the ${measure} of its entry.`]
  return now < listed ? [`${what}. Lower the ${listed} of its entry.`] : []
}

function most(size: FunctionSize, measure: Measure): number {
  if (measure === 'parameters') return MOST_PARAMETERS
  return size.isComponent ? MOST_COMPONENT_LINES : MOST_LINES
}

function keyOf({ path, name }: { path: string; name: string }): string {
  return `${path} ${name}`
}
