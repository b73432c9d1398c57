import { expect, test } from 'vitest'
import { compileSchedule } from '../compile.ts'
import type { ScheduleInput } from '../input.ts'
import { describe } from './describe.ts'

const cases: [ScheduleInput, string, string][] = [
  ['* * * * *', 'Every minute', '每分钟'],
  ['*/15 * * * *', 'Every 15 minutes', '每 15 分钟'],
  ['0 2 * * *', 'Every day at 02:00', '每天 02:00'],
  ['30 9 * * 1-5', 'Monday to Friday at 09:30', '每周一至周五 09:30'],
  ['0 0 29 2 *', 'On the 29th of February at 00:00', '每年 2 月的 29 日 00:00'],
  ['0 18 * * 5L', 'On the last Friday of every month at 18:00', '每月最后一个周五 18:00'],
  [
    '1 2 3 4 5 6',
    'On the 4th of May or every Saturday in May at 03:02:01',
    '每年 5 月的 4 日或每年 5 月的每周六 03:02:01',
  ],
  ['0 0 L * *', 'On the last day of every month at 00:00', '每月最后一天 00:00'],
  [
    '*/7 * 8-18 * * *',
    'Every 7 seconds (afresh each minute) from 08:00 to 18:59',
    '08:00–18:59 每 7 秒（每分钟重新起算）',
  ],
  ['5 * * * *', 'Every hour at minute 5', '每小时的第 5 分'],
  ['0 * * * *', 'Every hour', '每小时'],
  ['0 */2 * * *', 'Every 2 hours', '每 2 小时'],
  ['5 */5 * * *', 'Every 5 hours (afresh each day) at minute 5', '每 5 小时（每天重新起算）的第 5 分'],
  [
    '*/15 9-17 * * 1-5',
    'Every 15 minutes from 09:00 to 17:59, Monday to Friday',
    '每周一至周五，09:00–17:59 每 15 分钟',
  ],
  ['0,30 * * * *', 'At minutes 0 and 30 of each hour', '每小时的第 0、30 分'],
  ['0 9,17 * * *', 'Every day at 09:00 and 17:00', '每天 09:00、17:00'],
  ['0 9-17 * * *', 'Every hour from 09:00 to 17:00', '09:00–17:00 每小时'],
  ['0 0 13 * 5', 'On the 13th of every month or every Friday at 00:00', '每月 13 日或每周五 00:00'],
  [
    '0 0 */2 * 1',
    'Every Monday, but only on every 2nd day from the 1st of every month at 00:00',
    '每周一（且须为每月从 1 日起每 2 天）00:00',
  ],
  ['0 0 1,15 * *', 'On the 1st and 15th of every month at 00:00', '每月 1 日、15 日 00:00'],
  ['0 0 1-7 * *', 'On the 1st to 7th of every month at 00:00', '每月 1 日至 7 日 00:00'],
  [
    '0 0 L-2,15W,LW 1,7 5#2',
    'On the 3rd-to-last day, the working day (Monday to Friday) nearest to the 15th and the last working day (Monday to Friday) of January and July or on the second Friday of January and July at 00:00',
    '每年 1 月、7 月的倒数第 3 天、离 15 日最近的工作日（周一至周五）、最后一个工作日（周一至周五）或每年 1 月、7 月的第二个周五 00:00',
  ],
  ['*/10 * * * * *', 'Every 10 seconds', '每 10 秒'],
  ['30 * * * * *', 'Every minute at second 30', '每分钟的第 30 秒'],
  ['0 0 1 1 *', 'On the 1st of January at 00:00', '每年 1 月的 1 日 00:00'],
  ['@daily', 'Every day at 00:00', '每天 00:00'],
  ['@weekly', 'Every Sunday at 00:00', '每周日 00:00'],
  ['H H * * *', 'Every day at 10:47 (spread by hash)', '每天 10:47（按哈希分散）'],
  ['H/15 * * * *', 'Every 15 minutes from minute 2 (spread by hash)', '从第 2 分起每 15 分钟（按哈希分散）'],
  ['0 0 * 6-8 *', 'Every day from June to August at 00:00', '每年 6 月至 8 月的每天 00:00'],
  ['*/5 9,12,15 * * *', 'Every 5 minutes in hours 9, 12 and 15', '第 9、12、15 点内每 5 分钟'],
  ['*/5 14 * * *', 'Every 5 minutes from 14:00 to 14:59', '14:00–14:59 每 5 分钟'],
  ['0 22 * * 5-0', 'Friday to Sunday at 22:00', '每周五至周日 22:00'],
  ['10-20 3 * * *', 'Every minute from 03:10 to 03:20', '03:10–03:20 每分钟'],
  ['0 0 * * 6,0', 'Every Saturday and Sunday at 00:00', '每周六、周日 00:00'],
  ['30 3/4 * * *', 'Every 4 hours from hour 3 at minute 30', '从第 3 点起每 4 小时的第 30 分'],
  ['0 8 * * 1,3,5', 'Every Monday, Wednesday and Friday at 08:00', '每周一、周三、周五 08:00'],
  ['*/20 */2 * * *', 'Every 20 minutes in every 2nd hour', '第 0、2、4…22 点内每 20 分钟'],
  ['0 0 1-31/2 * *', 'On every 2nd day from the 1st of every month at 00:00', '每月从 1 日起每 2 天 00:00'],
  ['15 30 * * * *', 'Every hour at minute 30, second 15', '每小时的第 30 分 15 秒'],
  ['* */5 * * * *', 'Every second in every 5th minute', '第 0、5、10…55 分内每秒'],
  ['* * * * * *', 'Every second', '每秒'],
  ['0 9 * * 1 | 0 10 * * 2', 'Every Monday at 09:00; and every Tuesday at 10:00', '每周一 09:00；以及每周二 10:00'],
  [{ type: 'interval', every: 15, unit: 'minutes' }, 'Every 15 minutes', '每 15 分钟'],
  [
    { type: 'interval', every: 1, unit: 'days', anchor: '2026-01-01T00:00Z' },
    'Every day, counted from 2026-01-01 08:00 (Asia/Shanghai)',
    '每天（自 2026-01-01 08:00 (Asia/Shanghai) 起计）',
  ],
  [
    { type: 'interval', every: 45, unit: 'minutes', aligned: true },
    'Every 45 minutes, on the clock',
    '每 45 分钟（与时钟对齐）',
  ],
  [{ type: 'daily', times: ['09:00', '17:30'] }, 'Every day at 09:00 and 17:30', '每天 09:00、17:30'],
  [
    { type: 'weekly', days: ['mon', 'fri'], times: ['09:30'] },
    'Every Monday and Friday at 09:30',
    '每周一、周五 09:30',
  ],
  [
    { type: 'monthly', days: [1, 'last'], times: ['00:00'] },
    'On the 1st and the last day of every month at 00:00',
    '每月 1 日、最后一天 00:00',
  ],
  [
    { type: 'monthly', nth: 'last', weekday: 'fri', times: ['18:00'] },
    'On the last Friday of every month at 18:00',
    '每月最后一个周五 18:00',
  ],
  [
    { type: 'once', at: '2026-12-01T00:00:00Z' },
    'Once, on 2026-12-01 at 08:00 (Asia/Shanghai)',
    '仅一次，2026-12-01 08:00 (Asia/Shanghai)',
  ],
  [{ type: 'none' }, 'Only when started by hand', '仅手动执行'],
  [{ type: 'dependency' }, 'After the tasks it depends on', '在所依赖的任务之后执行'],
]

test.each(cases)('%j reads "%s" and "%s"', (input, en, zh) => {
  const schedule = compileSchedule(input, { timezone: 'Asia/Shanghai', hashKey: 'backup' })
  expect(describe(schedule, 'en')).toBe(en)
  expect(describe(schedule, 'zh')).toBe(zh)
})

test('words never show a hole, whatever the expression', () => {
  const pieces = {
    minute: ['*', '0', '*/7', '5-9', '1,2,3', '10/20', 'H/20'],
    hour: ['*', '3', '*/5', '9-17', '1,13', '2/9'],
    date: ['*', 'L', 'L-4', '15W', 'LW', '1,2,3,9', '*/4', '5-9', '?'],
    month: ['*', '2', '1-3,12'],
    weekday: ['*', '1-5', '5L', '1#2', '0,3', '*/2'],
  }
  for (const minute of pieces.minute)
    for (const hour of pieces.hour)
      for (const date of pieces.date)
        for (const month of pieces.month)
          for (const weekday of pieces.weekday) {
            const schedule = compileSchedule(`${minute} ${hour} ${date} ${month} ${weekday}`, { timezone: 'UTC' })
            for (const language of ['en', 'zh'] as const) {
              expect(describe(schedule, language)).not.toMatch(/undefined|NaN|null|\s\s|,,|^\s|\s$/)
            }
          }
})
