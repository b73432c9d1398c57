import { formatWall } from '../civil-date.ts'
import { readExpressions } from '../cron-dialect.ts'
import { parseCron } from '../cron-parser.ts'
import type { IntervalInput } from '../input.ts'
import { parseInstant } from '../instant.ts'
import type { Schedule } from '../schedule.ts'
import { dayFields } from '../to-cron.ts'
import { zoneTable } from '../zone-table.ts'
import { chinese } from './chinese.ts'
import { cronShape, dayShape } from './cron-shape.ts'
import { english } from './english.ts'
import type { Language } from './language.ts'

const LANGUAGES: Record<'en' | 'zh', Language> = { en: english, zh: chinese }

/** The rule in words: "Monday to Friday at 09:30", "每周一至周五 09:30". A time of day leaves the zone to the reader's page; an instant names it. */
export function describe(schedule: Schedule, language: 'en' | 'zh'): string {
  const { input, timezone } = schedule
  const say = LANGUAGES[language]
  switch (input.type) {
    case 'cron':
      return say.join(readExpressions(input, schedule.hashKey).map((part) => say.cron(cronShape(part))))
    case 'interval':
      return describeInterval(input, timezone, say)
    case 'once':
      return say.once(wallText(input.at, timezone))
    case 'dependency':
      return say.dependency
    case 'none':
      return say.none
    default: {
      const [days] = parseCron(`0 0 ${dayFields(input)}`, { hashKey: '', path: '' }, [])
      const times = (input.times ?? []).map((time) => {
        const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number)
        return hour * 3600 + minute * 60 + second
      })
      return say.cron({ time: { kind: 'times', times }, ...dayShape(days!), months: null, years: null, hashed: false })
    }
  }
}

function describeInterval(input: IntervalInput, timezone: string, say: Language): string {
  const text = say.interval(input.every, input.unit)
  if (input.aligned) return say.aligned(text, input.unit)
  return input.anchor === undefined ? text : say.anchored(text, wallText(input.anchor, timezone))
}

/** An instant as `YYYY-MM-DD HH:MM (ZONE)`, seconds only when there are any. */
function wallText(iso: string, timezone: string): string {
  const parsed = parseInstant(iso)!
  const second = Math.floor(parsed.ms / 1000)
  const table = zoneTable(timezone)
  // Looked up first: the table's arrays are replaced when it grows.
  const segment = table.find(second)
  const wall = parsed.zoned ? second + table.offsets[segment]! : second
  return `${formatWall(wall).replace('T', ' ').replace(/:00$/, '')} (${timezone})`
}
