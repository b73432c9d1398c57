import type { ribbon as english } from '../en/ribbon.ts'
import type { SameKeys } from '../words.ts'

export const ribbon: SameKeys<typeof english> = {
  label: '时间带：{{counts}}',
  role: '时间带',
  hint: '方向键逐个移动到标记，按住 Shift 则移动时间；加减号缩放，Home 回到现在，Enter 打开。',
  nothing: '这段时间没有内容',
  and: '，',
  took: '耗时 {{duration}}',
  late: '延迟 {{duration}}',
  queues: '将因并发限制排队 {{duration}}',
  more_one: '此处另有 {{count}} 个',
  more_other: '此处另有 {{count}} 个',
  zoomIn: '放大',
  zoomOut: '缩小',
  toNow: '回到现在',
  asTable: '以表格显示',
  asRibbon: '隐藏表格',
  waits: '因限制等待',
  due: '应触发时间',
  task: '任务',
  outcome: '结果',
  duration: '耗时',
  reason: '原因',
  noGroup: '未分组',
  cut: '仅显示前 {{shown}} 个，共 {{total}} 个；放大以查看其余。',
}
