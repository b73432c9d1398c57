/** Runs that somebody asks for. */
export const runs = {
  'The task runs already ({0}) and its overlap policy is "skip", so that this run would be skipped. Wait until it has ended, stop it, or set concurrency.overlap to "queue".':
    '任务正在执行（{0}），其重叠策略为“跳过”，因此本次执行会被跳过。请等待其结束、停止它，或将 concurrency.overlap 设为 "queue"。',
} as const
