/** What is wrong with a request before its content is looked at. */
export const requests = {
  'The request body is larger than the {0} bytes taken here.': '请求体超过此处允许的 {0} 字节。',
  'Too many requests without a credential are under way; try again in a second.':
    '正在处理的未提供凭据的请求过多；请一秒后重试。',
  'Too many requests without a credential; try again in {0} s.': '未提供凭据的请求过多；请在 {0} 秒后重试。',
  'must have at most {0} lines; send the file in parts.': '最多 {0} 行；请将文件分成几部分发送。',
  'must be at most {0} where `fields` asks for what may be large.': '`fields` 要求可能很大的内容时，不得超过 {0}。',
  'must be a comparison and a time, such as >5s, >=500ms, <2m or <=1h.':
    '须为比较符加时长，例如 >5s、>=500ms、<2m 或 <=1h。',
  'must be more than a second, such as >1s, unless it is asked of a task.':
    '除非只查询某个任务，否则须大于一秒，例如 >1s。',
  'must be asked for together with a task, a status other than success, or `from`.':
    '须与任务、success 以外的状态或 `from` 一起给出。',
  'must be empty: jobs cannot wait for other jobs yet.': '须为空：作业目前还不能等待其他作业。',
  '{0} To add one, export it from the module that handlers.module names, and restart the server.':
    '{0~}要添加处理函数，请从 handlers.module 指定的模块中导出它，并重启服务器。',
  'sleep takes 0 to {0} seconds, as its first argument or as "seconds".':
    'sleep 接受 0 到 {0} 秒，作为第一个参数或 "seconds" 给出。',
} as const
