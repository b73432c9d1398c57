/** Errors in general. A gap `{0~}` holds a sentence or word of the product, which is said in Chinese as well. */
export const errors = {
  'There is no {0} {1}.': '不存在{0~} {1}。',
  'Invalid content': '内容无效',
  '{0}: {1}': '{0}：{1~}',
  '{0} (and {1} more)': '{0~}（另有 {1} 处）',
} as const
