import { type CronDialect, inDialect, type ScheduleInput, say } from '@rota/core'
import { usage } from '../exit.ts'
import { secondsOf } from './pairs.ts'

export interface ScheduleFlags {
  cron?: string[]
  every?: string
  daily?: string
  weekly?: string
  monthly?: string
  at?: string
  once?: string
  manual?: boolean
  atStart?: boolean
  dialect?: CronDialect
  atBoot?: boolean
}

const KINDS = ['cron', 'every', 'daily', 'weekly', 'monthly', 'once', 'manual'] as const

/** The rules that the flags describe, in order; empty when none says anything. Throws usage. */
export function schedulesFromFlags(flags: ScheduleFlags): ScheduleInput[] {
  const given = KINDS.filter((kind) => flags[kind] !== undefined)
  if (given.length > 1) {
    const names = given.map((kind) => `--${kind}`).join(' and ')
    throw usage(say`${names} cannot go together; several schedules are written in a file, under "schedules".`)
  }
  const needsDays = flags.at !== undefined && !flags.weekly && !flags.monthly
  if (needsDays) throw usage(say`--at goes with --weekly or --monthly; for every day use --daily.`)
  if (flags.dialect !== undefined && !flags.cron) throw usage(say`--dialect goes with --cron.`)
  if (flags.cron) return flags.cron.map((text) => inDialect(text, flags.dialect))
  const [kind] = given
  return kind === undefined ? [] : [ruleOf(kind, flags)]
}

function ruleOf(kind: (typeof KINDS)[number], flags: ScheduleFlags): ScheduleInput {
  switch (kind) {
    case 'every':
      return interval(flags.every!)
    case 'daily':
      return { type: 'daily', times: list(flags.daily!) }
    case 'weekly':
      return { type: 'weekly', days: list(flags.weekly!), times: list(flags.at ?? '00:00') }
    case 'monthly':
      return { type: 'monthly', days: list(flags.monthly!).map(dayOf), times: list(flags.at ?? '00:00') }
    case 'once':
      return { type: 'once', at: flags.once! }
    default:
      return { type: 'none' }
  }
}

function interval(text: string): ScheduleInput {
  const seconds = secondsOf('--every', text)
  if (seconds < 1 || !Number.isInteger(seconds)) throw usage(say`--every wants whole seconds, at least 1s.`)
  const units = [
    ['days', 86_400],
    ['hours', 3_600],
    ['minutes', 60],
  ] as const
  const [unit, size] = units.find(([, each]) => seconds % each === 0) ?? (['seconds', 1] as const)
  return { type: 'interval', every: seconds / size, unit }
}

function list(text: string): string[] {
  // "2 am" is one time, not two words.
  return text
    .replaceAll(/(\d) ([ap]m)\b/gi, '$1$2')
    .split(/[,\s]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function dayOf(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}
