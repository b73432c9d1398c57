import type { log as english } from '../en/log.ts'
import type { SameKeys } from '../words.ts'

export const log: SameKeys<typeof english> = {
  label: '日志行',
  search: '在日志中搜索',
  matches_one: '{{text}} 处匹配',
  matches_other: '{{text}} 处匹配',
  previous: '上一处匹配',
  next: '下一处匹配',
  onlyMatches: '只看匹配行',
  stream: '输出流',
  streams: { all: '全部', stdout: '标准输出', stderr: '标准错误', system: 'Rota' },
  states: { loading: '加载中', live: '实时', reconnecting: '重新连接中', ended: '已结束' },
  lines_one: '{{text}} 行',
  lines_other: '{{text}} 行',
  times: '显示时间',
  wrap: '长行折行',
  download: '下载日志',
  formats: { text: '纯文本（含时间）', ndjson: 'NDJSON' },
  follow: '跟随最新',
  toEnd: '跳到末尾',
  nothing: '没有任何输出。',
  nothingYet: '尚无输出。写出的每一行都会立即显示在这里。',
  unfinished: '尚未结束的一行',
  silent: '已静默 {{time}}',
  dropped: '日志已达上限：中间有 {{bytes}} 字节未保留。上限由 max_log_bytes 设置。',
  link: '指向第 {{no}} 行的链接',
}
