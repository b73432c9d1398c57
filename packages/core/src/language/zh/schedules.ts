/** Schedules, their zones and dialects: what is wrong with them, and what they may not mean. */
export const schedules = {
  'Weekday numbers beside seconds and "?" can be read two ways: in Quartz 1 is Sunday, in cron 0 is. Write names: {0} is cron\'s reading.':
    '带秒和“?”的表达式中，星期数字有两种读法：Quartz 以 1 为周日，cron 以 0 为周日。请写星期名称：{0} 是 cron 的读法。',
  'Weekday {0} beside seconds and "?" can be read two ways. Write names: {1} is Quartz\'s reading, where 1 is Sunday; {2} is cron\'s, where 0 is. Or give dialect "quartz".':
    '带秒和“?”的表达式中，星期 {0} 有两种读法。请写星期名称：{1} 是 Quartz 的读法（1 为周日）；{2} 是 cron 的读法（0 为周日）。或指定 dialect "quartz"。',
  '{0} A year is read by Quartz\'s rules only: give dialect "quartz" (1 is Sunday there), or leave it out and use start_at and end_at.':
    '{0~}年份只按 Quartz 的规则读取：请指定 dialect "quartz"（其中 1 为周日），或去掉年份并使用 start_at 和 end_at。',
  'The schedule never fires: no such day comes in the years that are given.':
    '该计划永远不会触发：所给年份中没有这样的日子。',
  'A time zone cannot stand inside an expression. Give {0} as the time zone (timezone, --tz), and the expression without it.':
    '时区不能写在表达式里。请把 {0} 作为时区给出（timezone、--tz），表达式中不要写它。',
  'rate(…) is how Amazon EventBridge writes an interval; here it is @every with a duration, as in @every 5m.':
    'rate(…) 是 Amazon EventBridge 的间隔写法；这里写作 @every 加时长，例如 @every 5m。',
  'cron(…) is how Amazon EventBridge writes a schedule, with 1 for Sunday and a year; here weekdays are best named, and there is no year.':
    'cron(…) 是 Amazon EventBridge 的写法，其中 1 为周日并带年份；这里星期宜写名称，且没有年份。',
  'After @every comes a duration of whole seconds, such as 90s, 15m or 1h30m.':
    '@every 之后是整秒的时长，例如 90s、15m 或 1h30m。',
  'This is no cron expression: minute hour day-of-month month day-of-week.': '这不是 cron 表达式：分 时 日 月 星期。',
  'A schedule is not written in words here, but as a cron expression: minute hour day-of-month month day-of-week.':
    '计划在这里不用文字书写，而是写 cron 表达式：分 时 日 月 星期。',
  'dialect must be quartz (1 is Sunday, seconds first, a year last) or rota.':
    'dialect 须为 quartz（1 为周日，秒在最前，年份在最后）或 rota。',
  'A Quartz expression has 6 or 7 fields (second minute hour day-of-month month day-of-week, and a year), not {0}.':
    'Quartz 表达式有 6 或 7 个字段（秒 分 时 日 月 星期，以及年份），而不是 {0} 个。',
  'Quartz wants exactly one of day-of-month and day-of-week to be "?".':
    'Quartz 要求日期和星期两个字段中恰有一个为“?”。',
  'In Quartz "?" stands alone in its field.': '在 Quartz 中，“?”须独占一个字段。',
  'In Quartz an increment of the {0} is between 1 and {1}.': '在 Quartz 中，{0~}的步长须在 1 到 {1} 之间。',
  'The years {0} run backwards.': '年份 {0} 前后颠倒。',
  '"{0}" means nothing in Quartz\'s day-of-week, which allows 1–7 (1 is Sunday), SUN–SAT, L and #.':
    '“{0}”在 Quartz 的星期字段中没有意义；可取 1–7（1 为周日）、SUN–SAT、L 和 #。',
  'In Quartz "?" is only allowed in the day fields; write "*" in the {0} field.':
    '在 Quartz 中，“?”只能用于日期和星期字段；{0~}字段请写“*”。',
  '"{0}" means nothing in Quartz\'s {1}, which allows {2}–{3}.': '“{0}”在 Quartz 的{1~}字段中没有意义；可取 {2}–{3}。',
  'The time zone must be an IANA name such as Europe/Berlin, or a fixed offset such as +08:00.':
    '时区须为 IANA 名称（如 Europe/Berlin）或固定偏移（如 +08:00）。',
  '"{0}" is not a time zone; a fixed offset is written as +08:00, and a place by its IANA name, such as Asia/Shanghai.':
    '“{0}”不是时区；固定偏移写作 +08:00，地点写 IANA 名称，例如 Asia/Shanghai。',
  '"{0}" is a POSIX TZ rule, which is not understood; write the IANA name of the zone, such as Europe/Berlin.':
    '“{0}”是 POSIX TZ 规则，无法识别；请写时区的 IANA 名称，例如 Europe/Berlin。',
  '"{0}" is an abbreviation, not a time zone; write the IANA name of the place.':
    '“{0}”是缩写，不是时区；请写该地点的 IANA 名称。',
  '"{0}" stands for several time zones; write the one that is meant: {1}.':
    '“{0}”可指多个时区；请写出所指的那一个：{1}。',
  'Dependencies between tasks do not exist yet, so this schedule would never fire. Give it another type; "none" is for what is started by hand.':
    '任务之间的依赖尚不存在，因此该计划永远不会触发。请改用其他类型；手动启动的任务用 "none"。',
  'The schedule never fires: {0} ({1}) has passed.': '该计划永远不会触发：{0}（{1}）已经过去。',
  'The schedule never fires: its years, up to {0}, have passed.': '该计划永远不会触发：所给年份（至 {0} 年）已经过去。',
  'The schedule never fires: its window ended at {0} ({1}).': '该计划永远不会触发：其有效期已于 {0}（{1}）结束。',
  'The schedule never fires: no occurrence lies in its window, {0} to {1} ({2}).':
    '该计划永远不会触发：其有效期 {0} 至 {1}（{2}）内没有触发时刻。',
  'The schedule never fires: every one of its times falls into a gap of the clocks in {0}, and dst.gap is skip.':
    '该计划永远不会触发：其每个时刻都落在 {0} 时钟拨快的间隙中，而 dst.gap 为 skip。',
  'The schedule never fires: it has no occurrence any more.': '该计划永远不会触发：已没有后续触发时刻。',
  'must be 1 to {0} printable characters.': '须为 1 到 {0} 个可打印字符。',
  'Digits and signs of an expression are those of half width (ASCII).': '表达式中的数字和符号须为半角（ASCII）。',
  'This is how ISO 8601 writes an interval; here it is @every with a duration, as in @every 5m.':
    '这是 ISO 8601 的间隔写法；这里用 @every 加时长，例如 @every 5m。',
} as const
