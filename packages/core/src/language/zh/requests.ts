/** What is wrong with a request before its content is looked at. */
export const requests = {
  'The request body is larger than the {0} bytes taken here.': '请求正文超过此处允许的 {0} 字节。',
  'Too many requests without a credential are under way; try again in a second.':
    '正在处理的未提供凭证的请求过多；请一秒后重试。',
  'Too many requests without a credential; try again in {0} s.': '未提供凭证的请求过多；请在 {0} 秒后重试。',
  'must have at most {0} lines; send the file in parts.': '最多 {0} 行；请将文件分成几部分发送。',
} as const
