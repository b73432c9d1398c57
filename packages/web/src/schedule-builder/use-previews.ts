import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { api, data } from '../api/client.ts'
import type { Schema } from '../api/types.ts'

export type Preview = Schema<'Preview'>

/** What of a task decides when it runs. */
export interface Plan {
  entries: readonly { schedule: Schema<'ScheduleRule'>; timezone: string | null }[]
  timezone: string | undefined
  dst?: Schema<'DstPolicy'> | undefined
  start_at?: string | null | undefined
  end_at?: string | null | undefined
  jitter_seconds?: number | undefined
  /** Of a task that exists: intervals that have no other start are counted from here. */
  createdAt?: string | undefined
  /** Of a task that exists: jitter is drawn as for it. */
  taskId?: string | undefined
  /** What `H`, `~` and jitter are drawn from: the task's key, else its name. */
  hashKey?: string | undefined
}

interface Previews {
  /** By schedule, in their order; undefined while unknown or faulty. */
  each: readonly (Preview | undefined)[]
  errors: readonly unknown[]
  /** The coming instants of all schedules together, epoch ms. */
  next: readonly number[]
  /** When those start that jitter moves, by their due instant; epoch ms. */
  starts: ReadonlyMap<number, number>
  notes: readonly Preview['notes'][number][]
  isFaulty: boolean
}

const DELAY_MS = 250
const COUNT = 10

/** Asks the server when a draft would run, shortly after it last changed. */
export function usePreviews(plan: Plan): Previews {
  const [settled] = useDebouncedValue(plan, DELAY_MS)
  const results = useQueries({
    queries: settled.entries.map((entry) => {
      const body = bodyOf(settled, entry)
      return {
        queryKey: ['preview', JSON.stringify(body)],
        queryFn: () => data(api.POST('/api/scheduler/schedules/preview', { body })),
        placeholderData: keepPreviousData,
        retry: false,
        // Instants pass.
        staleTime: 30_000,
      }
    }),
  })
  const each = results.map(({ data: preview, error }) => (error ? undefined : preview))
  const instants = each.flatMap((preview) => preview?.next.map((at) => Date.parse(at)) ?? [])
  return {
    each,
    errors: results.map(({ error }) => error),
    next: [...new Set(instants)].sort((a, b) => a - b).slice(0, COUNT),
    starts: startsOf(each),
    notes: each.flatMap((preview) => preview?.notes ?? []),
    isFaulty: results.some(({ error }) => error !== null),
  }
}

function startsOf(each: readonly (Preview | undefined)[]): ReadonlyMap<number, number> {
  const starts = new Map<number, number>()
  for (const preview of each) {
    for (const [i, start] of (preview?.jittered ?? []).entries()) {
      const dueAt = preview!.next[i]!
      if (start !== dueAt) starts.set(Date.parse(dueAt), Date.parse(start))
    }
  }
  return starts
}

const DRAWN = /~|(^|[\s,|])H/i

function drawsFromKey(schedule: Schema<'ScheduleRule'>): boolean {
  const text = typeof schedule === 'string' ? schedule : schedule.type === 'cron' ? schedule.expression : ''
  return DRAWN.test(text)
}

function bodyOf(plan: Plan, { schedule, timezone }: Plan['entries'][number]): Schema<'PreviewInput'> {
  const { dst, start_at, end_at, jitter_seconds, hashKey, taskId } = plan
  const zone = timezone ?? plan.timezone
  const isFromCreation = typeof schedule === 'object' && schedule.type === 'interval' && plan.createdAt !== undefined
  const start = start_at ?? (isFromCreation ? plan.createdAt : null)
  return {
    schedule,
    count: COUNT,
    ...(zone && { timezone: zone }),
    // A name that is being typed would ask anew with every letter; only what draws from it does.
    ...(hashKey && (jitter_seconds || drawsFromKey(schedule)) && { key: hashKey.slice(0, 200) }),
    ...(taskId && jitter_seconds && { task_id: taskId }),
    ...(dst && { dst }),
    ...(start && { start_at: start }),
    ...(end_at && { end_at }),
    ...(jitter_seconds && { jitter_seconds }),
  }
}
