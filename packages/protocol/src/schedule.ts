import type { ScheduleInput } from '@rota/core'
import { z } from 'zod'
import { text } from './scalars.ts'
import { strict } from './strict.ts'

const weekday = z
  .union([text(20), z.int().min(0).max(7)])
  .meta({ description: '`mon` … `sun` or 0–7 (0 and 7 are Sunday).' })
const times = z.array(text(8)).min(1).max(100).meta({ description: '`HH:MM` or `HH:MM:SS`, wall clock of the zone.' })
const time = text(8).meta({ description: 'One entry of `times`.' })

const interval = strict({
  type: z.literal('interval'),
  every: z.number(),
  unit: z
    .enum(['seconds', 'minutes', 'hours', 'days', 'second', 'minute', 'hour', 'day'])
    .meta({ description: 'Real elapsed time; the singular is accepted too.' }),
  aligned: z.boolean().exactOptional().meta({ description: 'On the wall clock of the zone, counted from midnight.' }),
  anchor: text(40).exactOptional().meta({ description: 'ISO instant that is itself the first occurrence.' }),
})

const daily = strict({ type: z.literal('daily'), times: times.exactOptional(), time: time.exactOptional() })

const weekly = strict({
  type: z.literal('weekly'),
  days: z.array(weekday).min(1).max(50),
  times: times.exactOptional(),
  time: time.exactOptional(),
})

const monthly = strict({
  type: z.literal('monthly'),
  days: z
    .array(z.union([z.int(), text(20)]))
    .min(1)
    .max(50)
    .exactOptional()
    .meta({ description: '1–31, `last`, `last_weekday`.' }),
  nth: z.union([z.int(), z.literal('last')]).exactOptional(),
  weekday: weekday.exactOptional(),
  times: times.exactOptional(),
  time: time.exactOptional(),
})

export const cronDialect = z.enum(['rota', 'quartz']).meta({
  description: '`quartz`: seconds first, 1 is Sunday, one day field `?`, a year may come last. Default `rota`.',
})
const cron = strict({ type: z.literal('cron'), expression: text(1_000), dialect: cronDialect.exactOptional() })
const once = strict({ type: z.literal('once'), at: text(40) })
const dependency = strict({ type: z.literal('dependency') })
const none = strict({ type: z.literal('none') })

/** The rule of a schedule. Shapes are checked here; what they mean, with positions, is checked by the schedule core. */
export const scheduleRule: z.ZodType<ScheduleInput> = z
  .union([
    text(1_000).meta({ description: 'A cron expression.' }),
    z.discriminatedUnion('type', [interval, daily, weekly, monthly, cron, once, dependency, none]),
  ])
  .meta({
    id: 'ScheduleRule',
    description: 'When a task runs. A string is a cron expression.',
  }) as unknown as z.ZodType<ScheduleInput>

export const dstPolicy = strict({
  gap: z.enum(['run_after', 'skip', 'shift']).exactOptional(),
  overlap: z.enum(['first', 'second', 'both']).exactOptional(),
}).meta({ id: 'DstPolicy', description: 'What becomes of fixed wall times that do not exist or exist twice.' })
