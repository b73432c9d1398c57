/** What the command says by itself. */
export const command = {
  'No tasks on this page.': '这一页没有任务。',
  'No task matches.': '没有符合条件的任务。',
  'No tasks. Make one with `rota task create`.': '还没有任务。可用 `rota task create` 创建。',
  '{0} of {1}; --all or --limit shows more.': '{1} 个中的 {0} 个；用 --all 或 --limit 查看更多。',
} as const
