import { label, speak } from '@rota/core'
import { expect, onTestFinished, test } from 'vitest'
import { textWidth } from '../output/width.ts'
import type { CommandSpec } from '../spec.ts'
import { FakeApi } from '../testing/fake-api.ts'
import { run } from '../testing/run.ts'
import { GLOBAL_OPTIONS, ROOT } from '../tree/root.ts'

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

test('a server that works and an execution that runs are said by different words', async () => {
  const api = new FakeApi()
  api.addExecution({ task_name: 'a', status: 'running' })
  api.overrides.set('GET /status', () =>
    Response.json({
      scheduler: { state: 'running', reason: null, kind: 'single' },
      counts: { tasks: 1_234, running: 1, pending: 0, oldest_waiting_ms: null },
      clock_behind: null,
      lateness_ms: null,
      event_loop_delay_ms: null,
      instances: [],
      store: { kind: 'sqlite', location: '/data' },
    }),
  )
  expect((await run(zh('status'), api)).out).toMatch(/▶ 运行中[\s\S]*任务 +1,234/)
  expect((await run(zh('execution', 'list'), api)).out).toContain('▶ 执行中')
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
    ['next', '0', '2', '*', '*', '*'],
  ]) {
    const { err, code } = await run(zh(...args), new FakeApi())
    expect(code, args.join(' ')).toBeGreaterThan(0)
    for (const line of err.trim().split('\n')) expect(line, args.join(' ')).toMatch(CHINESE)
  }
  const { err } = await run(zh('next', '0', '2', '*', '*', '*'))
  expect(err).toContain('参数过多：应为 1 个，给出了 5 个 (请给表达式加上引号)')
  expect(err).not.toMatch(/Expected|for 'next'/)
  expect((await run(zh('task', 'list'))).err).toMatch(/没有 Rota 服务器应答.*该处无程序监听|该处无程序监听/)
})

/** Every command of the tree with the words that call it. */
function commandsOf(spec: CommandSpec, words: readonly string[] = []): [string[], CommandSpec][] {
  const inner = (spec.commands ?? []).flatMap((each) => commandsOf(each, [...words, each.name]))
  return [[[...words], spec], ...inner]
}

function textsOf({ summary, description, args, options, examples }: CommandSpec): string[] {
  return [
    summary,
    ...(description === undefined ? [] : [description]),
    ...(args ?? []).map(([, text]) => text),
    ...(options ?? []).map(({ description: text }) => text),
    ...(examples ?? []).map(([, text]) => text),
  ]
}

test('every text of every command has its Chinese, and its help shows it', async () => {
  speak('zh')
  onTestFinished(() => speak('en'))
  for (const [words, spec] of commandsOf(ROOT)) {
    const { out } = await run(zh(...words, '--help'))
    speak('zh')
    const shown = out.replaceAll(/\s/g, '')
    for (const text of [...textsOf(spec), ...GLOBAL_OPTIONS.map(({ description }) => description)]) {
      expect(label(text), text).toMatch(CHINESE)
      expect(shown, words.join(' ')).toContain(label(text).replaceAll(/\s/g, '').replace(/。$/, ''))
    }
    expect(out, words.join(' ')).not.toMatch(
      /Usage:|Options:|Examples:|Limits:|(What|Where|When|Anything).*:\n|choices:|\[options\]|show help/,
    )
  }
})

test('the help stands in straight columns that break between characters and fit the terminal', async () => {
  const { out } = await run(zh('task', 'create', '--help'), { width: 60 })
  const lines = out.split('\n')
  for (const line of lines.slice(0, lines.indexOf('示例：'))) expect(textWidth(line), line).toBeLessThanOrEqual(60)
  const columns = lines.flatMap((line) => {
    const [, term] = /^( {2}-\S.*? {2,})[\u4e00-\u9fff]/.exec(line) ?? []
    return term === undefined ? [] : [textWidth(term)]
  })
  expect(columns.length).toBeGreaterThan(40)
  expect(new Set(columns).size).toBe(1)
  expect(lines.filter((line) => /^\s*[，。；：、）]/.test(line))).toEqual([])
})

test('the environment’s locale is enough, also for the server’s help', async () => {
  const { out } = await run(['server', '--help'], { env: { LANG: 'zh_CN.UTF-8' } })
  expect(out).toMatch(/启动服务器。/)
})

test('the completion offers its commands in Chinese', async () => {
  expect((await run(zh('completion', 'zsh'))).out).toContain("'list:列出任务'")
})
