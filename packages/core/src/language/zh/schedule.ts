/** Mistakes in schedules and time zones. */
export const schedule = {
  'dst.gap must be run_after, skip or shift.': 'dst.gap 须为 run_after、skip 或 shift。',
  'dst.overlap must be first, second or both.': 'dst.overlap 须为 first、second 或 both。',
  'The {0} field has an empty entry; remove the extra comma.': '{0~}字段有空项，请删掉多余的逗号。',
  'The range {0} runs backwards in the {1} field.': '{1~}字段中的范围 {0} 前后颠倒。',
  '"?" is only allowed in the day fields; write "*" in the {0} field.': '“?”只能用于日期和星期字段，{0~}字段请写“*”。',
  'L-n counts back from the last day of the month; n may be 1–30.': 'L-n 从月末倒数，n 可取 1–30。',
  'nW is the weekday nearest to day n; n may be 1–31.': 'nW 表示离 n 日最近的工作日，n 可取 1–31。',
  'After "#" comes which {0} of the month, 1–5.': '“#”后面写当月第几个{0~}，1–5。',
  '"L" in the day-of-week field needs a weekday before it: 5L is the last Friday of the month.':
    '星期字段中的“L”前面要写星期：5L 表示当月最后一个周五。',
  'After "/" comes a step, a whole number of at least 1, in the {0} field.':
    '{0~}字段中“/”后面是步长，须为不小于 1 的整数。',
  'A step of 0 never advances': '步长为 0 不会前进',
  'A step of {0} is longer than the whole field': '步长 {0} 超过整个字段',
  '{0}; the {1} field allows steps of 1–{2}.': '{0~}；{1~}字段的步长可取 1–{2}。',
  'The range in {0} runs backwards.': '{0} 中的范围前后颠倒。',
  'The range {0} runs backwards in the {1} field; write {2} to go round the end.':
    '{1~}字段中的范围 {0} 前后颠倒；要跨过末尾，请写 {2}。',
  'A cron expression has at most {0} characters.': 'cron 表达式最多 {0} 个字符。',
  '@reboot is not an instant in time, so it cannot be a schedule; it is understood when a crontab is imported.':
    '@reboot 不是具体的时刻，不能用作计划；导入 crontab 时可以识别。',
  'There is no macro {0}; known are {1} and @every with a duration, as in @every 15m.':
    '没有宏 {0}；可用的有 {1}，以及带时长的 @every，例如 @every 15m。',
  'minute hour day-of-month month day-of-week, with an optional second in front': '分 时 日 月 星期，前面可加秒',
  'A cron expression has 5 or 6 fields ({0}), not {1}.': 'cron 表达式有 5 或 6 个字段（{0~}），而不是 {1} 个。',
  'each of the chosen months': '所选各月',
  'The schedule never fires: there is no such day that is a {0} in {1}.':
    '该计划永远不会触发：{1~}中没有既是该日期又是{0~}的日子。',
  'The schedule never fires: there is no such day in {0}.': '该计划永远不会触发：{0~}中没有这一天。',
  'The schedule never fires: {0} has at most {1} days, so day {2} never comes.':
    '该计划永远不会触发：{0~}最多 {1} 天，{2} 日永远不会到来。',
  '{0}–{1} or a name such as {2}': '{0}–{1} 或名称（如 {2}）',
  '"{0}" is out of range in the {1} field, which allows {2}.': '“{0}”超出{1~}字段的范围，可取 {2~}。',
  '"{0}" means nothing in the {1} field, which allows {2}.': '“{0}”在{1~}字段中没有意义，可取 {2~}。',
  'A schedule is an object with a type, or a cron expression as text.':
    '计划须为带 type 的对象，或文本形式的 cron 表达式。',
  'The type of a schedule must be one of {0}.': '计划的 type 须为其中之一：{0}。',
  'A schedule of type {0} has no "{1}"; it has {2}.': '{0} 类型的计划没有“{1}”，可用的有 {2}。',
  'every must be a whole number of at least 1.': 'every 须为不小于 1 的整数。',
  'interval_seconds must be a whole number of at least 1.': 'interval_seconds 须为不小于 1 的整数。',
  'aligned must be true or false.': 'aligned 须为 true 或 false。',
  'An interval is either aligned or has an anchor, not both.': '间隔要么对齐，要么有 anchor，不能兼有。',
  'unit must be one of {0}.': 'unit 须为其中之一：{0}。',
  'An interval is at least 1 second long.': '间隔至少 1 秒。',
  'An interval has at most {0} {1}.': '间隔最长 {0} {1~}。',
  'An aligned interval must divide a day evenly, and {0} {1} do not. Take another number, or leave out aligned.':
    '对齐的间隔须能整除一天，{0} {1~}不能。请换一个数，或去掉 aligned。',
  'Give either days, or nth and weekday, not both.': 'days 与 nth、weekday 只能给出其一。',
  'nth needs a weekday, such as "fri".': 'nth 需要配合 weekday，例如 "fri"。',
  'weekday needs nth, such as 1 or "last".': 'weekday 需要 nth，例如 1 或 "last"。',
  'days must be a list of days of the month: 1–31, "last" or "last_weekday"; or give nth and weekday.':
    'days 是日期列表：1–31、"last" 或 "last_weekday"；也可改用 nth 和 weekday。',
  'Give either times or time, not both.': 'times 与 time 只能给出其一。',
  'times must be a list of 1 to {0} times of day such as "09:30".': 'times 是 1 到 {0} 个时间的列表，例如 "09:30"。',
  '{0} is not a time of day; hours are 00–23, minutes and seconds 00–59.':
    '{0} 不是有效时间；小时为 00–23，分和秒为 00–59。',
  'A time of day is written HH:MM or HH:MM:SS, from 00:00 to 23:59:59.':
    '时间写作 HH:MM 或 HH:MM:SS，从 00:00 到 23:59:59。',
  'days must be a list of weekdays such as ["mon", "fri"].': 'days 是星期列表，例如 ["mon", "fri"]。',
  'A weekday is mon, tue, wed, thu, fri, sat or sun (or 0–7, where 0 and 7 are Sunday).':
    '星期写作 mon、tue、wed、thu、fri、sat、sun（或 0–7，0 和 7 均为周日）。',
  'nth must be 1–5 or "last".': 'nth 须为 1–5 或 "last"。',
  'A day of the month is 1–31, "last" or "last_weekday" (the last Monday-to-Friday).':
    '日期须为 1–31、"last" 或 "last_weekday"（最后一个周一至周五）。',
  'There is no time zone "{0}"; use an IANA name such as Europe/Berlin.':
    '不存在时区“{0}”，请使用 IANA 名称，例如 Europe/Berlin。',
  'expression must be a cron expression, as text, such as "0 2 * * *".':
    'expression 须为文本形式的 cron 表达式，例如 "0 2 * * *"。',
  'Write a cron expression: minute hour day-of-month month day-of-week, such as 0 2 * * *.':
    '请写 cron 表达式：分 时 日 月 星期，例如 0 2 * * *。',
  '{0} must be an instant in ISO 8601: a date and time, with Z or an offset, or wall clock of the time zone, such as 2026-12-01T00:00:00Z.':
    '{0} 须为 ISO 8601 时刻：日期和时间，带 Z 或偏移量，否则按该时区的当地时间理解，例如 2026-12-01T00:00:00Z。',
} as const
