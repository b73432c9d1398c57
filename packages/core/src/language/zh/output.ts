/** Lines that a run's log gets from its reader. */
export const output = {
  'The ::result:: line was ignored: a result may have {0} bytes and its line {1} characters.':
    '已忽略 ::result:: 行：结果最多 {0} 字节，所在行最多 {1} 个字符。',
  'The message of a ::progress:: line was cut to {0} characters.': '::progress:: 行的消息已截断为 {0} 个字符。',
  'Must have at most {0} entries.': '最多只能有 {0} 项。',
} as const
