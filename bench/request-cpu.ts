/** Processor time that one request takes of the event loop, for each route with the largest input it allows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, createServer, loadConfig, type Server } from '@rota/server'
import { cpuMs } from '@rota/testkit'
import type { BenchOptions } from './bench.ts'

const PASSWORD = 'correct horse battery'
/** What one request should stay below, as a whole or in each turn of the loop. */
const BUDGET_MS = 50
const TRIES = 3
const TASKS = '/api/scheduler/tasks'
const shell = (name: string, more: object = {}) => ({ name, type: 'shell', command: 'true', ...more })
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
const crontab = (lines: number) => ({
  text: many(lines, (at) => `*/5 * * * * /usr/bin/job${at} --all\n`).join(''),
  dry_run: true,
})

interface Request {
  method: 'GET' | 'POST' | 'PUT'
  url: string
  body?: object | string
}

function requests(taskId: string): Record<string, Request> {
  const post = (url: string, body: object | string): Request => ({ method: 'POST', url, body })
  const text = 'x'.repeat(990_000)
  return {
    'login, 4 KB': post('/api/auth/login', { username: 'x', password: 'x'.repeat(4_000) }),
    'login, 192 KB (refused)': post('/api/auth/login', { username: 'x', password: 'x'.repeat(192_000) }),
    'refresh, 4 KB': post('/api/auth/refresh', { refresh_token: 'x'.repeat(4_000) }),
    'task of 1 MB': post(`${TASKS}/validate`, shell('large', { command: `: ${text}` })),
    'task of 25,000 values': post(
      `${TASKS}/validate`,
      shell('wide', { params: { kwargs: { k: many(49_000, (at) => at) } } }),
    ),
    'task with 1 MB of wrong fields': post(
      `${TASKS}/validate`,
      shell('wrong', Object.fromEntries(many(24_000, (at) => [`field_${at}`, 1]))),
    ),
    'task of 1 MB, replaced': { method: 'PUT', url: `${TASKS}/${taskId}`, body: { command: `: ${text}` } },
    'not JSON, 1 MB': post(`${TASKS}/validate`, '['.repeat(1_000_000)),
    'run with 1 MB': post(`${TASKS}/${taskId}/run`, { params: { kwargs: { k: text } } }),
    'batch of 1,000 jobs': post(
      '/api/scheduler/executions',
      many(1_000, () => ({ type: 'shell', payload: { command: 'true' }, run_at: '2099-01-01T00:00:00Z' })),
    ),
    'job of 1 MB': post('/api/v1/jobs', { name: 'job', job_type: 'manual', func: 'echo', kwargs: { k: text } }),
    'preview, 64 KB': post('/api/scheduler/schedules/preview', { schedule: '1,'.repeat(30_000), count: 1_000 }),
    'preview of 1,000 instants': post('/api/scheduler/schedules/preview', { schedule: '0 2 L * *', count: 1_000 }),
    'bulk of 1,000 ids': post(`${TASKS}/bulk`, { action: 'enable', dry_run: true, ids: many(1_000, () => taskId) }),
    'crontab of 2,000 lines': post(`${TASKS}/import/crontab`, crontab(2_000)),
    'crontab of 4,000 lines': post(`${TASKS}/import/crontab`, crontab(4_000)),
    'crontab of 8,000 lines': post(`${TASKS}/import/crontab`, crontab(8_000)),
    'list of 1,000 tasks': { method: 'GET', url: `${TASKS}?limit=1000` },
    'search, 200 characters': { method: 'GET', url: `${TASKS}?q=${'%25_'.repeat(66)}` },
    'forecast of 1,000': { method: 'GET', url: '/api/scheduler/forecast?limit=1000' },
  }
}

export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'rota-request-cpu-'))
  const set = {
    examples: 'false',
    'log.level': 'silent',
    'auth.login_attempts': '1000',
    'http.rate_limit_per_minute': '0',
  }
  const { config } = loadConfig({ data: folder, port: 0, set }, {}, folder)
  const server = await createServer(config, { adminPassword: PASSWORD, logger: createLogger('silent') })
  await server.start()
  try {
    return await measure(server, log)
  } finally {
    await server.stop({ graceMs: 0 })
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(server: Server, log: (line: string) => void): Promise<Record<string, unknown>> {
  const login = await send(server, {
    method: 'POST',
    url: '/api/auth/login',
    body: { username: 'admin', password: PASSWORD },
  })
  const token = (JSON.parse(login.payload) as { access_token: string }).access_token
  const made = await send(server, { method: 'POST', url: TASKS, body: shell('task', { schedule: '0 2 * * *' }) }, token)
  for (let at = 0; at < 1_000; at++) {
    await send(server, { method: 'POST', url: TASKS, body: shell(`task ${at}`, { schedule: '0 2 * * *' }) }, token)
  }
  const { id } = JSON.parse(made.payload) as { id: string }
  const figures: Record<string, { status: number; cpuMs: number; longestTurnMs: number }> = {}
  for (const [name, request] of Object.entries(requests(id))) {
    const figure = { status: 0, cpuMs: Number.POSITIVE_INFINITY, longestTurnMs: Number.POSITIVE_INFINITY }
    for (let time = 0; time < TRIES; time++) {
      const cpu = await cpuMs(async () => {
        figure.status = (await send(server, request, token)).statusCode
      })
      figure.cpuMs = Math.min(figure.cpuMs, round(cpu))
      figure.longestTurnMs = Math.min(
        figure.longestTurnMs,
        round(await longestTurn(() => send(server, request, token))),
      )
    }
    figures[name] = figure
    const mark = figure.longestTurnMs > BUDGET_MS ? '  beyond the budget' : ''
    log(
      `${name.padEnd(32)} ${figure.status} ${String(figure.cpuMs).padStart(8)} ms, turn ${figure.longestTurnMs} ms${mark}`,
    )
  }
  const beyond = Object.keys(figures).filter((name) => figures[name]!.longestTurnMs > BUDGET_MS)
  return { budgetMs: BUDGET_MS, requests: figures, beyondBudget: beyond }
}

/** The most processor time that one turn of the event loop takes while `work` is done. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let isDone = false
  const done = work().finally(() => {
    isDone = true
  })
  while (!isDone) {
    longest = Math.max(longest, await cpuMs(() => new Promise((resolve) => setImmediate(resolve))))
  }
  await done
  return longest
}

function send(server: Server, { method, url, body }: Request, token?: string) {
  const headers = {
    ...(token !== undefined && !url.startsWith('/api/auth/') && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const payload = typeof body === 'object' ? JSON.stringify(body) : body
  return server.app.server.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
