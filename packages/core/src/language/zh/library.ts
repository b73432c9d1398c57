/** What the library tells programs that use it. */
export const library = {
  'There is already a source {0}.': '已经有名为 {0} 的数据源。',
  'There is no source {0}.': '没有名为 {0} 的数据源。',
  'There is no handler {0}.': '没有名为 {0} 的处理函数。',
  'must be a text of 1 to {0} characters.': '须为 1 到 {0} 个字符的文本。',
  'must be a function.': '须为函数。',
  'is {0}; it must be a whole number from 1 to {1}.': '是 {0}，须为 1 到 {1} 的整数。',
} as const
