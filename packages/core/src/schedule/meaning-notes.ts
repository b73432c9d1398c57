import { readExpressions } from './cron-dialect.ts'
import type { CronField } from './cron-field.ts'
import type { CronExpression } from './cron-parser.ts'
import { fieldValues } from './cron-rule.ts'
import { MONTH_NAMES, WEEKDAY_NAMES } from './cron-value.ts'
import type { Schedule } from './schedule.ts'
import { chineseMonths, chineseWeekday } from './words/chinese.ts'

/** Something that an expression says and that whoever wrote it may not mean. */
export interface MeaningNote {
  en: string
  zh: string
  /** What to write for what is usually meant, where there is such a form: an expression, or `@every 45m`. */
  suggestion?: string
}

/** What of a schedule is probably not meant, most surprising first. Empty for kinds that say plainly what they mean. */
export function meaningNotes(schedule: Schedule): MeaningNote[] {
  const { input, cron, hashKey } = schedule
  if (cron === null && input.type !== 'cron') return []
  const expressions = readExpressions(input.type === 'cron' ? input : { type: 'cron', expression: cron! }, hashKey)
  const notes = expressions.flatMap((each) => [
    ...crowded(each),
    ...unevenSteps(each),
    ...loneSteps(each),
    ...eitherDay(each),
    ...missingDays(each),
  ])
  const distinct = [...new Map(notes.map((note) => [note.en, note])).values()]
  if (expressions.length === 1) return distinct
  return distinct.map(({ en, zh }) => ({ en, zh }))
}

type Field = 'second' | 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek'

/** The expression with some of its fields written otherwise. */
function rewritten(expression: CronExpression, fields: Partial<Record<Field, string>>): string {
  const order: Field[] = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek']
  const texts = order.map((name) => fields[name] ?? expression[name].text)
  return (texts[0] === '0' ? texts.slice(1) : texts).join(' ')
}

const isAll = (field: CronField, span: number) => fieldValues(field).length === span

/** Every second of a minute, every minute of an hour: a smaller unit left free beside a larger one that is not. */
function crowded(expression: CronExpression): MeaningNote[] {
  const { second, minute, hour, dayOfMonth } = expression
  const minutesAll = isAll(minute, 60)
  const hoursAll = isAll(hour, 24)
  if (isAll(second, 60) && !(minutesAll && hoursAll)) {
    const suggestion = rewritten(expression, { second: '0', ...(minutesAll ? { minute: '0' } : {}) })
    const [count, unit, zhUnit] = minutesAll ? ['3,600', 'hour', '小时'] : ['60', 'minute', '分钟']
    return [
      {
        en: `It runs every second, ${count} times in each such ${unit}. Once at its start is ${suggestion}.`,
        zh: `它每秒执行一次，即每个这样的${zhUnit}执行 ${count} 次。只在开始时执行一次应写 ${suggestion}。`,
        suggestion,
      },
    ]
  }
  if (!minutesAll) return []
  if (!hoursAll && !isRange(hour)) {
    const suggestion = rewritten(expression, { minute: '0' })
    return [
      {
        en: `It runs every minute, 60 times in each such hour. Once at its start is ${suggestion}.`,
        zh: `它每分钟执行一次，即每个这样的小时执行 60 次。只在整点执行一次应写 ${suggestion}。`,
        suggestion,
      },
    ]
  }
  if (hoursAll && !dayOfMonth.star && !isRange(dayOfMonth) && fieldValues(dayOfMonth).length > 0) {
    const suggestion = rewritten(expression, { minute: '0', hour: '0' })
    return [
      {
        en: `It runs every minute, 1,440 times on each such day. Once at midnight is ${suggestion}.`,
        zh: `它每分钟执行一次，即每个这样的日子执行 1,440 次。只在午夜执行一次应写 ${suggestion}。`,
        suggestion,
      },
    ]
  }
  return []
}

/** Whether a field has a range of three or more neighbours: all of a written range is meant. */
function isRange(field: CronField): boolean {
  return field.items.some((item) => item.kind === 'range' && !item.all && item.step === 1 && item.to - item.from >= 2)
}

const CYCLES = [
  { field: 'second', span: 60, unit: 'seconds', of: 'minute', letter: 's', zh: '秒', zhOf: '每分钟' },
  { field: 'minute', span: 60, unit: 'minutes', of: 'hour', letter: 'm', zh: '分钟', zhOf: '每小时' },
  { field: 'hour', span: 24, unit: 'hours', of: 'day', letter: 'h', zh: '小时', zhOf: '每天' },
  { field: 'dayOfMonth', span: 31, unit: 'days', of: 'month', letter: 'd', zh: '天', zhOf: '每月' },
] as const

/** A star stepping by 45: the rhythm starts afresh with every larger unit, so its last step is shorter. */
function unevenSteps(expression: CronExpression): MeaningNote[] {
  return CYCLES.flatMap(({ field, span, unit, of, letter, zh, zhOf }) => {
    const [item, ...others] = expression[field].items
    if (item?.kind !== 'range' || others.length > 0 || item.hashed || !item.all || item.step === 1) return []
    const { step } = item
    if (field !== 'dayOfMonth' && span % step === 0 && step < span) return []
    const values = fieldValues(expression[field])
    const plain = isPlainInterval(expression, field)
    const suggestion =
      values.length === 1 ? rewritten(expression, { [field]: String(values[0]) }) : `@every ${step}${letter}`
    const offered = values.length === 1 || plain ? { suggestion } : {}
    if (values.length === 1) {
      return [
        {
          en: `The step ${step} is as long as its field: it matches ${values[0]} only, once in every ${of}. That is written ${suggestion}.`,
          zh: `步长 ${step} 与字段等长：只匹配 ${values[0]}，${zhOf}一次。可写作 ${suggestion}。`,
          ...offered,
        },
      ]
    }
    const shown = values.length > 4 ? `${values.slice(0, 3).join(', ')} … ${values.at(-1)}` : values.join(', ')
    const last = field === 'dayOfMonth' ? null : span - values.at(-1)!
    const gap =
      last === null ? `a different number of ${unit}` : `only ${last} ${last === 1 ? unit.slice(0, -1) : unit}`
    const zhGap = last === null ? '间隔天数不定' : `只隔 ${last} ${zh}`
    return [
      {
        en: `The step ${step} starts afresh with every ${of} (${shown}), so from the last to the next are ${gap}.${plain ? ` Every ${step} ${unit} throughout is ${suggestion}.` : ''}`,
        zh: `步长 ${step} ${zhOf}重新起算（${shown}），因此最后一次到下一次${zhGap}。${plain ? `始终每 ${step} ${zh}执行应写 ${suggestion}。` : ''}`,
        ...offered,
      },
    ]
  })
}

/** Whether an interval says the same: larger units are free, smaller ones 0. */
function isPlainInterval(expression: CronExpression, stepping: Field): boolean {
  const order: Field[] = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek']
  const at = order.indexOf(stepping)
  return order.every((name, i) => {
    const { text } = expression[name]
    return i === at || (i < at ? text === '0' : text === '*' || text === '?')
  })
}

const FIRST: Record<Field, number> = { second: 0, minute: 0, hour: 0, dayOfMonth: 1, month: 1, dayOfWeek: 0 }

/** `7/2`, `50/15`: a step that leads nowhere. */
function loneSteps(expression: CronExpression): MeaningNote[] {
  const fields: Field[] = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek']
  return fields.flatMap((name) =>
    expression[name].items.flatMap((item) => {
      if (item.kind !== 'range' || item.all || item.hashed || item.step === 1 || item.from + item.step <= item.to) {
        return []
      }
      const { from, step } = item
      const isSunday = name === 'dayOfWeek' && from === 7
      const suggestion = rewritten(expression, { [name]: isSunday ? `0/${step}` : `*/${step}` })
      // What a range with an end of its own was meant to say cannot be told, so nothing is suggested for it.
      const isLone = /^\w+\/\d+$/.test(expression[name].text) && from !== FIRST[name]
      return [
        {
          en: `The step ${step} leads past the end of the field, so only ${from} matches.${isLone ? ` From the first value on it is ${suggestion}.` : ''}`,
          zh: `步长 ${step} 超出字段末尾，因此只匹配 ${from}。${isLone ? `从第一个值开始应写 ${suggestion}。` : ''}`,
          ...(isLone ? { suggestion } : {}),
        },
      ]
    }),
  )
}

/** The days of the month that hold the nth of each weekday. */
const WEEKS: Record<string, string> = { '1-7': '#1', '8-14': '#2', '15-21': '#3', '22-28': '#4', '25-31': 'L' }
const ORDINALS: Record<string, [string, string]> = {
  '#1': ['first', '第一个'],
  '#2': ['second', '第二个'],
  '#3': ['third', '第三个'],
  '#4': ['fourth', '第四个'],
  L: ['last', '最后一个'],
}

/** `0 0 1-7 * 1`: crontab(5) takes either day field, where the first Monday is usually meant. */
function eitherDay(expression: CronExpression): MeaningNote[] {
  const { dayOfMonth, dayOfWeek } = expression
  if (dayOfMonth.star || dayOfWeek.star) return []
  const weekdays = fieldValues(dayOfWeek)
  const dates = fieldValues(dayOfMonth)
  if (weekdays.length === 7 || dates.length === 31) return []
  const [first] = dates
  const isRun = dates.length === 7 && dates.at(-1)! - first! === 6
  const nth = isRun ? WEEKS[`${first}-${first! + 6}`] : undefined
  const en =
    'Both day fields are given, and either suffices (crontab(5)): it runs on those dates and also on each such weekday.'
  const zh = '日期和星期都已给出，满足其一即可（crontab(5)）：它在这些日期执行，也在每个这样的星期几执行。'
  if (nth === undefined || weekdays.length === 0 || dayOfWeek.items.some(({ kind }) => kind !== 'range'))
    return [{ en, zh }]
  const names = weekdays.map((day) => `${WEEKDAY_NAMES[day]!.slice(0, 3)}${nth}`).join(',')
  const suggestion = rewritten(expression, { dayOfMonth: '*', dayOfWeek: names })
  const [which, zhWhich] = ORDINALS[nth]!
  const days = weekdays.map((day) => capital(WEEKDAY_NAMES[day]!)).join(' and ')
  return [
    {
      en: `${en} The ${which} ${days} of the month alone is ${suggestion}.`,
      zh: `${zh}只在每月${zhWhich}${weekdays.map(chineseWeekday).join('、')}执行应写 ${suggestion}。`,
      suggestion,
    },
  ]
}

const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Day 31, 30, 29 or a fifth weekday, in months that do not always have it. */
function missingDays(expression: CronExpression): MeaningNote[] {
  const { dayOfMonth, dayOfWeek } = expression
  const fifth = dayOfWeek.items.find((item) => item.kind === 'nth' && item.nth === 5)
  if (fifth?.kind === 'nth' && dayOfWeek.items.length === 1) {
    const name = WEEKDAY_NAMES[fifth.weekday]!
    const suggestion = rewritten(expression, { dayOfWeek: `${name.slice(0, 3)}L` })
    return [
      {
        en: `Most months have no fifth ${capital(name)}, and it does not run in those. The last of every month is ${suggestion}.`,
        zh: `多数月份没有第五个${chineseWeekday(fifth.weekday)}，那些月份不执行。每月最后一个应写 ${suggestion}。`,
        suggestion,
      },
    ]
  }
  const dates = fieldValues(dayOfMonth)
  const first = dates[0] ?? 0
  const onlyPlain = dayOfMonth.items.every(({ kind }) => kind === 'range')
  if (!onlyPlain || first < 29 || !(dayOfWeek.star || fieldValues(dayOfWeek).length === 0)) return []
  const lacking = fieldValues(expression.month).filter((month) => LONGEST_MONTH[month - 1]! < first)
  const isLeapOnly = first === 29 && fieldValues(expression.month).includes(2)
  if (lacking.length === 0 && !isLeapOnly) return []
  const suggestion = rewritten(expression, { dayOfMonth: 'L' })
  const where = isLeapOnly
    ? 'February outside leap years'
    : lacking.map((month) => capital(MONTH_NAMES[month - 1]!)).join(', ')
  const zhWhere = isLeapOnly ? '平年的 2 月' : chineseMonths(lacking)
  return [
    {
      en: `Day ${first} does not exist in ${where}, and it does not run then. The last day of the month is ${suggestion}.`,
      zh: `${zhWhere}没有 ${first} 日，届时不执行。每月最后一天应写 ${suggestion}。`,
      suggestion,
    },
  ]
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1)
}
