/** What places are called, with the first page in both languages: rail and palette name places whose words come later. */
const PLACE_WORDS = {
  overview: { en: 'Overview', zh: '总览' },
  tasks: { en: 'Tasks', zh: '任务' },
  executions: { en: 'Executions', zh: '执行' },
  timeline: { en: 'Timeline', zh: '时间线' },
  statistics: { en: 'Statistics', zh: '统计' },
  nodes: { en: 'Nodes', zh: '节点' },
  access: { en: 'Access', zh: '访问权限' },
  secrets: { en: 'Secrets', zh: '机密' },
  policies: { en: 'Policies', zh: '安全策略' },
  approvals: { en: 'Approvals', zh: '审批' },
  audit: { en: 'Audit log', zh: '审计日志' },
  settings: { en: 'Settings', zh: '设置' },
  newTask: { en: 'New task', zh: '新建任务' },
  importTasks: { en: 'Import a crontab', zh: '导入 crontab' },
} as const

type PlaceWords = Record<keyof typeof PLACE_WORDS, string>

export function placeWords(language: 'en' | 'zh'): PlaceWords {
  const words = Object.entries(PLACE_WORDS).map(([place, word]) => [place, word[language]])
  return Object.fromEntries(words) as PlaceWords
}
