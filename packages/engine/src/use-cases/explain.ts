import type { ExecutionView, Json } from '@rota/core'
import type { Waiting } from '../ports/details.ts'

interface Explanation {
  summary: { en: string; zh: string }
  facts: Record<string, Json>
}

const say = (en: string, zh: string) => ({ en, zh })

/** Why an execution waits, was skipped, was late or failed, in plain words. `waiting` is null once it has ended. */
export function explainExecution(view: ExecutionView, waiting: Waiting | null, now: number): Explanation {
  const facts: Record<string, Json> = {
    status: view.status,
    trigger: view.trigger,
    scheduled_at: view.scheduled_at,
    started_at: view.started_at,
    lateness_ms: view.lateness_ms,
    attempt: view.attempt,
    max_attempts: view.max_attempts,
  }
  if (waiting !== null) {
    facts.state = waiting.state
    facts.run_at = new Date(waiting.runAt).toISOString()
    facts.ahead = waiting.ahead
    if (waiting.limit) {
      const limit = waiting.blockedBy!.startsWith('task:') ? 'task' : waiting.blockedBy
      facts.limit = { name: limit, ...waiting.limit }
    }
  }
  if (view.covers) facts.covers = { ...view.covers }
  return { summary: summaryOf(view, waiting, now), facts }
}

function summaryOf(view: ExecutionView, waiting: Waiting | null, now: number) {
  switch (view.status) {
    case 'pending':
      return waiting ? whyPending(view, waiting, now) : say('It is about to start.', '即将开始执行。')
    case 'running':
      return say(`It has been running since ${view.started_at}.`, `自 ${view.started_at} 起正在执行。`)
    case 'skipped':
      return whySkipped(view)
    case 'failed':
      return whyFailed(view)
    case 'cancelled':
      return say(`It was cancelled: ${view.reason ?? 'by request'}.`, `已取消：${view.reason ?? '应请求取消'}。`)
    case 'success':
      return whenSucceeded(view)
  }
}

function whyPending(view: ExecutionView, waiting: Waiting, now: number) {
  if (waiting.state === 'blocked' && waiting.limit) {
    const { max, holders } = waiting.limit
    const who = holders.join(', ')
    if (waiting.blockedBy!.startsWith('task:')) {
      return say(
        `It waits because the task may run ${max} at once and that many run now: ${who}. ${waiting.ahead} wait before it.`,
        `正在等待：该任务最多同时执行 ${max} 个，当前已满（${who}）。前面还有 ${waiting.ahead} 个在排队。`,
      )
    }
    const limit = waiting.blockedBy!.replace(/^key:/, '')
    return say(
      `It waits for the limit "${limit}" (${max} at once), held by ${who}. ${waiting.ahead} wait before it.`,
      `正在等待限额“${limit}”（最多 ${max} 个），当前由 ${who} 占用。前面还有 ${waiting.ahead} 个在排队。`,
    )
  }
  if (waiting.runAt > now) {
    const at = new Date(waiting.runAt).toISOString()
    return view.attempt > 1
      ? say(`Attempt ${view.attempt} starts at ${at}.`, `第 ${view.attempt} 次尝试将于 ${at} 开始。`)
      : say(`It is due at ${at}.`, `将于 ${at} 到期执行。`)
  }
  return say(
    `It is due and waits for a free place on this server; ${waiting.ahead} come before it.`,
    `已到期，正在等待服务器空出执行位；前面还有 ${waiting.ahead} 个。`,
  )
}

function whySkipped(view: ExecutionView) {
  const n = view.covers?.count ?? 1
  switch (view.reason) {
    case 'overlap':
      return say(
        'It was skipped because an earlier execution of the task was still running and its overlap policy is "skip".',
        '已跳过：该任务上一次执行尚未结束，且重叠策略为“跳过”。',
      )
    case 'replaced':
      return say('It was skipped because a newer execution took its place.', '已跳过：被更新的执行取代。')
    case 'misfire':
      return say(
        `It was skipped because it could not start within its grace time and the misfire policy is "skip" (${n} in all).`,
        `已跳过：未能在宽限时间内开始，且漏触发策略为“跳过”（共 ${n} 次）。`,
      )
    case 'missed':
      return say(
        `These ${n} occurrences were missed while no server ran and are beyond the number that is made up.`,
        `服务停止期间漏触发 ${n} 次，超出补跑上限。`,
      )
    case 'paused':
      return say(`The task was paused (${n} occurrences).`, `任务处于暂停状态（共 ${n} 次）。`)
    default:
      return say(`It was skipped: ${view.reason ?? 'no reason recorded'}.`, `已跳过：${view.reason ?? '未记录原因'}。`)
  }
}

function whyFailed(view: ExecutionView) {
  const tries = view.attempt > 1 ? ` after ${view.attempt} attempts` : ''
  const zhTries = view.attempt > 1 ? `（共尝试 ${view.attempt} 次）` : ''
  if (view.failure === 'exit_code' && view.exit_code !== null) {
    return say(
      `It failed${tries}: the program ended with exit code ${view.exit_code}.`,
      `执行失败${zhTries}：程序以退出码 ${view.exit_code} 结束。`,
    )
  }
  const detail = view.error ?? 'no detail recorded'
  return say(`It failed${tries}: ${detail}`, `执行失败${zhTries}：${view.error ?? '未记录详情'}`)
}

function whenSucceeded(view: ExecutionView) {
  const late = view.lateness_ms ?? 0
  if (view.covers) {
    return say(
      `It succeeded and stands for ${view.covers.count} occurrences from ${view.covers.from} to ${view.covers.to}.`,
      `执行成功，并代表从 ${view.covers.from} 到 ${view.covers.to} 的 ${view.covers.count} 次触发。`,
    )
  }
  return late >= 1000
    ? say(`It succeeded, ${(late / 1000).toFixed(1)} s late.`, `执行成功，延迟 ${(late / 1000).toFixed(1)} 秒。`)
    : say('It ran in time and succeeded.', '准时执行并成功。')
}
