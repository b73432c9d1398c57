import { formatTime } from './civil-date.ts'

/** Words for a time of day in the two languages. */
const WORDS: Record<string, string> = {
  noon: '12:00',
  midday: '12:00',
  midnight: '00:00',
  中午: '12:00',
  午夜: '00:00',
}

/** Halves of the day in Chinese, as the hours that are added to a number up to 11. */
const CHINESE_HALVES: Record<string, number> = {
  凌晨: 0,
  早上: 0,
  早晨: 0,
  上午: 0,
  中午: 12,
  下午: 12,
  傍晚: 12,
  晚上: 12,
}

/**
 * What somebody means who writes a time of day in another form: `2am`, `9:30 pm`, `14h`, `1430`, `noon`, `下午2点半`.
 * In the form that is accepted; undefined where it could be several or none, such as `25:00`.
 */
export function clockMeant(text: string): string | undefined {
  const word = text.trim().toLowerCase()
  if (word.length > 20) return undefined
  return WORDS[word] ?? western(word) ?? chinese(word)
}

function western(text: string): string | undefined {
  const match = /^(\d{1,2})(?:[:.h]([0-5]\d))?(?::([0-5]\d))?(?:h| ?o'clock)?(?: ?([ap])\.?m\.?)?$/.exec(text)
  if (!match) {
    const digits = /^([01]\d|2[0-3])([0-5]\d)(?: ?h| hours)?$/.exec(text)
    return digits ? `${digits[1]}:${digits[2]}` : undefined
  }
  const [, hours, minutes = '0', seconds = '0', half] = match
  let hour = Number(hours)
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined
    hour = (hour % 12) + (half === 'p' ? 12 : 0)
  }
  return clock(hour, Number(minutes), Number(seconds))
}

function chinese(text: string): string | undefined {
  const match = /^(\D{2})?(\d{1,2})(?:[点點时時](?:(\d{1,2})分?|(半)|整)?|:(\d\d))$/.exec(text)
  if (!match) return undefined
  const [, half, hours, minutes, halfPast, afterColon] = match
  const added = half === undefined ? 0 : CHINESE_HALVES[half]
  if (added === undefined) return undefined
  const hour = Number(hours)
  const minute = halfPast === undefined ? Number(minutes ?? afterColon ?? 0) : 30
  if (half === undefined) return clock(hour, minute, 0)
  if (hour > 12) return added === 12 ? clock(hour, minute, 0) : undefined
  if (half === '中午') return hour >= 11 ? clock(hour, minute, 0) : undefined
  return clock((hour % 12) + added, minute, 0)
}

function clock(hour: number, minute: number, second: number): string | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined
  return formatTime(hour * 3600 + minute * 60 + second)
}
