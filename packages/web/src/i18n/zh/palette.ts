import type { palette as english } from '../en/palette.ts'
import type { SameKeys } from '../words.ts'

export const palette: SameKeys<typeof english> = {
  label: '命令面板',
  placeholder: '任务、执行编号、页面或命令',
  groups: { pages: '页面', actions: '操作', tasks: '任务', executions: '执行' },
  run: '立即执行“{{name}}”',
  open: '打开“{{name}}”',
  execution: '打开执行 {{id}}',
  dark: '深色配色',
  light: '浅色配色',
  english: 'English',
  chinese: '中文',
  failed: '失败的执行',
  running: '正在进行的执行',
  started: '已启动“{{name}}”。',
  queued: '“{{name}}”已排队。',
  nothing: '没有找到。',
  hint: '方向键选择，回车打开，Esc 关闭',
}
