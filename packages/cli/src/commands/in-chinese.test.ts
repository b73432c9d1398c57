import { label, speak } from '@rota/core'
import { expect, onTestFinished, test } from 'vitest'
import type { CommandSpec } from '../spec.ts'
import { FakeApi } from '../testing/fake-api.ts'
import { run } from '../testing/run.ts'
import { ROOT } from '../tree/root.ts'

const CHINESE = /[\u4e00-\u9fff]/
const zh = (...args: string[]) => ['--lang', 'zh', ...args]

test('tables, states, times, labels and remarks are said in Chinese, in straight columns', async () => {
  const api = new FakeApi()
  const { id } = api.addTask({ name: 'nightly', next_run: '2026-06-01T12:05:00.000Z' })
  api.addTask({ name: '数据备份', next_run: '2026-06-01T14:00:00.000Z' })
  const execution = api.addExecution({ task_id: id, task_name: 'nightly', status: 'failed', exit_code: 3 })
  const list = await run(zh('task', 'list'), api)
  expect(list.out).toMatch(/名称.*状态.*下次执行/)
  expect(list.out).toMatch(/启用.*（5 分钟后）|启用.*\(5 分钟后\)/)
  for (const args of [
    ['task', 'show', 'nightly'],
    ['execution', 'list'],
    ['execution', 'show', execution.id],
  ]) {
    const { out } = await run(zh(...args), api)
    expect(out, args.join(' ')).toMatch(CHINESE)
    expect(out, args.join(' ')).not.toMatch(/\b(STATUS|DUE|success|failed|active|ago|none|timeout|started|version)\b/)
  }
  expect((await run(zh('task', 'pause', 'nightly'), api)).out).toContain('已暂停')
})

test('the command tells its own mistakes in Chinese, those of the command line too', async () => {
  for (const args of [
    ['task', 'show', 'nobody'],
    ['task', 'pause'],
    ['task', 'lsit'],
    ['task', 'list', '--nonsense'],
    ['task', 'show'],
    ['task', 'list', '--status', 'odd'],
    ['next', '0 9 * * *', '--count', 'x'],
    ['help', 'nothing'],
  ]) {
    const { err, code } = await run(zh(...args), new FakeApi())
    expect(code, args.join(' ')).toBeGreaterThan(0)
    for (const line of err.trim().split('\n')) expect(line, args.join(' ')).toMatch(CHINESE)
  }
  expect((await run(zh('task', 'list'))).err).toMatch(/没有 Rota 服务器应答.*该处无程序监听|该处无程序监听/)
})

test('every command has its summary in Chinese, and help its headings', async () => {
  speak('zh')
  onTestFinished(() => speak('en'))
  const walk = (spec: CommandSpec): string[] => [spec.summary, ...(spec.commands ?? []).flatMap(walk)]
  for (const summary of walk(ROOT)) expect(label(summary), summary).toMatch(CHINESE)
  const { out } = await run(zh('task', 'list', '--help'))
  expect(out).toMatch(/用法：.*列出任务。.*选项：.*示例：/su)
  expect(out).not.toMatch(/Usage:|Options:|Examples:/)
})
