/** What the engine says: of tasks and executions, why they wait, were skipped or failed. */
export const engine = {
  'An engine that was stopped cannot be started again. Create a new one.': '已停止的引擎不能再次启动，请新建一个。',
  'the definition it was planned from is gone': '它所依据的定义已不存在',
  'must be before `to`.': '须早于 `to`。',
  'is {0}; this server runs {1}.': '是 {0}；本服务器能执行 {1}。',
  'cancelled by {0}': '由 {0} 取消',
  'The execution has already ended: {0}.': '该执行已经结束：{0~}。',
  'A batch holds at most {0} jobs. Send them in several requests.': '一批最多 {0} 个作业，请分多次发送。',
  'The execution has not ended. Cancel it first.': '该执行尚未结束，请先取消。',
  'run_at: {0}': 'run_at：{0~}',
  'There is no task {0}.': '不存在任务 {0}。',
  'The task is at version {0}, not {1}. Read it again.': '任务当前是版本 {0}，而不是 {1}。请重新读取。',
  'Delete the task first; only deleted tasks can be purged.': '请先删除任务；只有已删除的任务才能清除。',
  'The task is not deleted.': '该任务未被删除。',
  'is {0}, which is unknown.': '是 {0}，无法识别。',
  'the task was deleted': '任务已被删除',
  'The task was changed by someone else meanwhile.': '任务在此期间已被他人修改。',
  'A task of this name exists already. Choose another name.': '已有同名任务，请另起一个名称。',
  'is taken by another task': '已被其他任务占用',
  'is taken by another job': '已被其他作业占用',
  'A job of this name exists already. Choose another name.': '已有同名作业，请另起一个名称。',
  'is empty. Give the job a name.': '为空，请为作业命名。',
  'The job runs already ({0}), so that this run would be skipped. Wait until it has ended.':
    '作业正在执行（{0}），因此本次执行会被跳过。请等待其结束。',
  'is taken by the task {0}': '已被任务 {0} 占用',
  'The name {0} is taken: give another.': '名称 {0} 已被占用，请另起一个。',
  'The name {0} is taken: give another, for example {1}.': '名称 {0} 已被占用，请另起一个，例如 {1}。',
  'is not a cursor of this list in this order. Begin again without it.': '不是该列表按此顺序的游标，请去掉它重新开始。',
  'orders at most {0} tasks by {1}, and more match. Ask for fewer: those of a group, a type, a tag or a status.':
    '最多只能将 {0} 个任务按 {1} 排序，而符合条件的更多。请缩小范围：某个分组、类型、标签或状态。',
  'orders at most {0} executions by {1}, and more match. Ask for fewer: those of a task, a group, a status or a time.':
    '最多只能将 {0} 次执行按 {1} 排序，而符合条件的更多。请缩小范围：某个任务、分组、状态或时间段。',
  'a newer execution of the task replaces it': '被该任务更新的执行取代',
  'the task was changed before it started': '任务在开始前已被修改',
  'Its end could not be stored: {0}': '未能保存其结束状态：{0~}',
  'Its definition cannot be read: {0}': '无法读取其定义：{0~}',
  'Its server died {0} times while it had it.': '持有它的服务器已崩溃 {0} 次。',
  'The server that ran it died before it ended.': '执行它的服务器在其结束前崩溃。',
  'no executor runs tasks of type {0} on this server': '本服务器没有能执行 {0} 类型任务的执行器',
  'It could not be started: {0}.': '未能启动：{0~}。',
  'the server is shutting down': '服务器正在关闭',
  'The executor broke down: {0}': '执行器出现故障：{0}',
  'The server was stopped while it ran.': '执行期间服务器被停止。',
  'It is about to start.': '即将开始执行。',
  'It has been running since {0}.': '自 {0} 起正在执行。',
  'It was cancelled: {0}.': '已取消：{0~}。',
  'It was cancelled by request.': '已应请求取消。',
  'It waits because the task may run {0} at once and that many run now: {1}. {2} wait before it.':
    '正在等待：该任务最多同时执行 {0} 个，当前已满（{1}）。前面还有 {2} 个在排队。',
  'It waits for the limit "{0}" ({1} at once), held by {2}. {3} wait before it.':
    '正在等待并发限制“{0}”的名额（最多同时 {1} 个），目前由 {2} 占用。前面还有 {3} 个在排队。',
  'It waits for the limit "{0}" ({1} at once), which others hold. {2} wait before it.':
    '正在等待并发限制“{0}”的名额（最多同时 {1} 个），目前由其他执行占用。前面还有 {2} 个在排队。',
  'Attempt {0} starts at {1}.': '第 {0} 次尝试将于 {1} 开始。',
  'It is due at {0}.': '应触发时间为 {0}。',
  'It is due and waits for a free place on this server: {0} programs run, which is all that may at once.':
    '已到应触发时间，正在等待本服务器的空位：已有 {0} 个程序在执行，达到同时执行的上限。',
  'It is due and waits for a free place on this server: {0} calls run, which is all that may at once.':
    '已到应触发时间，正在等待本服务器的空位：已有 {0} 个调用在执行，达到同时执行的上限。',
  'It is due and waits for a free place on this server; {0} come before it.':
    '已到应触发时间，正在等待本服务器的空位；前面还有 {0} 个。',
  'It was skipped because an earlier execution of the task was still running and its overlap policy is "skip".':
    '已跳过：该任务上一次执行尚未结束，且重叠策略为“跳过”。',
  'It was skipped because a newer execution took its place.': '已跳过：被更新的执行取代。',
  'It was skipped because it could not start within its grace time and the misfire policy is "skip" ({0} in all).':
    '已跳过：未能在宽限时间内开始，且漏触发策略为“跳过”（共 {0} 次）。',
  'These {0} occurrences were missed while no server ran and are beyond the number that is made up.':
    '服务停止期间漏触发 {0} 次，超出补执行的数量上限。',
  'The task was paused ({0} occurrences).': '任务处于暂停状态（共 {0} 次）。',
  'It was skipped: {0}.': '已跳过：{0~}。',
  'It was skipped; no reason was recorded.': '已跳过；未记录原因。',
  'It failed after {0} attempts: the program ended with exit code {1}.':
    '执行失败（共尝试 {0} 次）：程序以退出码 {1} 结束。',
  'It failed: the program ended with exit code {0}.': '执行失败：程序以退出码 {0} 结束。',
  'No detail was recorded.': '未记录详情。',
  'It failed after {0} attempts: {1}': '执行失败（共尝试 {0} 次）：{1~}',
  'It failed: {0}': '执行失败：{0~}',
  'It succeeded and stands for {0} occurrences from {1} to {2}.': '执行成功，并涵盖从 {1} 到 {2} 的 {0} 次触发。',
  'It succeeded, {0} s late.': '执行成功，延迟 {0} 秒。',
  'It ran in time and succeeded.': '准时执行并成功。',
  '{0} already has a follower.': '{0} 已有消费者在跟随。',
} as const
