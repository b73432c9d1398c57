import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp, eventually, rota, ServerProcess } from '@rota/testkit/cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { events } from './event-stream.ts'

interface Execution {
  id: string
  status: string
  task_name: string
  finished_at: string | null
}

const server = new ServerProcess({ viaNpm: true, ownPassword: true })
let launchedAt: number

beforeAll(async () => {
  launchedAt = Date.now()
  await server.start()
})
afterAll(() => cleanUp())

const executions = async () =>
  (await server.ask<{ executions: Execution[] }>('GET', '/api/scheduler/executions?group=examples')).executions

async function runHello(): Promise<string> {
  const { tasks } = await server.ask<{ tasks: { id: string; name: string }[] }>('GET', '/api/scheduler/tasks?q=hello')
  const path = `/api/scheduler/tasks/${tasks[0]!.id}/run`
  return (await server.ask<{ execution_id: string }>('POST', path)).execution_id
}

describe('npm start on an empty machine', () => {
  test('prints the one password of the administrator, which opens the API, and keeps it from others', async () => {
    expect(server.output.match(/Password/g)).toHaveLength(1)
    const file = join(server.dataDir, 'first-admin-password')
    expect(readFileSync(file, 'utf8').trim()).toBe(server.oneTimePassword)
    expect(statSync(file).mode & 0o077).toBe(0)
    const { user } = await server.ask<{ user: { username: string } }>('GET', '/api/auth/me')
    expect(user.username).toBe('admin')
  })

  test('finishes the first execution of the examples within ten seconds', async () => {
    const first = await eventually('first execution that has ended', 15_000, async () =>
      (await executions()).find((row) => row.finished_at !== null),
    )
    expect(first).toMatchObject({ status: 'success', task_name: 'Hello, Rota' })
    expect(Date.parse(first.finished_at!) - launchedAt).toBeLessThan(10_000)
  })

  test('shows a live log through the API: lines come while the task runs, then the end', async () => {
    const id = await runHello()
    const seen: string[] = []
    const arrivals: number[] = []
    let end: unknown
    for await (const { event, data, at } of events(
      `${server.url}/api/scheduler/executions/${id}/logs/stream`,
      server.token!,
    )) {
      if (event === 'end') end = data
      if (event !== 'lines') continue
      seen.push(...(data as { message: string }[]).map((line) => line.message))
      arrivals.push(at)
    }
    expect(end).toEqual({ status: 'success', failure: null, exit_code: 0 })
    expect(seen).toEqual(expect.arrayContaining(['step 1 of 4', 'step 4 of 4', 'done']))
    expect(seen).toHaveLength(new Set(seen).size)
    // The task takes two seconds; a log that came in one piece at the end would not be live.
    expect(arrivals.at(-1)! - arrivals[0]!).toBeGreaterThan(1_000)
    const { logs } = await server.ask<{ logs: { message: string }[] }>('GET', `/api/scheduler/executions/${id}/logs`)
    expect(logs.map((line) => line.message)).toEqual(seen)
  })

  test('shows the same through the command, without a login on the same machine', async () => {
    const id = await runHello()
    const followed = await rota(['logs', '-f', id, '--data', server.dataDir])
    expect(followed.code).toBe(0)
    expect(followed.stdout.split('\n')).toEqual(expect.arrayContaining(['step 1 of 4', 'step 4 of 4', 'done']))
    expect(followed.stderr).toContain('A line on stderr')
    const list = await rota(['task', 'list', '--json', '--data', server.dataDir])
    expect(list.code).toBe(0)
    expect(list.stdout).toContain('Hello, Rota')
  })

  test('prints no password and makes no examples the second time', async () => {
    const before = await server.ask<{ total: number }>('GET', '/api/scheduler/tasks')
    await server.kill()
    const again = new ServerProcess({ dataDir: server.dataDir, port: Number(new URL(server.url).port) })
    await again.start()
    expect(again.output).not.toContain('Password')
    const list = await rota(['task', 'list', '--json', '--data', server.dataDir])
    expect(list.stdout.match(/Hello, Rota/g)?.length).toBe(1)
    expect(before.total).toBe(3)
  })
})
