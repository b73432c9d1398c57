import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TaskFacts } from '@rota/testkit/chronocheck'
import { check, report } from '@rota/testkit/chronocheck'
import { cleanUp, killAllWith, rota, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, settled } from './collect.ts'
import { createLoad, endLoad, LOAD_MARK, loadTasks } from './load.ts'

const mark = `backup-${process.pid}`
const folder = temporaryFolder()
const backup = join(folder, 'backup')
const original = new ServerProcess()
const restored = new ServerProcess({ dataDir: join(folder, 'restored') })
const acknowledged: string[] = []
let tasks: TaskFacts[]
let backedUpAt: number

beforeAll(async () => {
  await original.start()
  const load = loadTasks({ witness: join(folder, 'before.jsonl'), mark })
  tasks = await createLoad(
    original,
    load.filter(({ input }) => /^(tick|retry|noisy|slow)/.test(input.name)),
  )
  await sleep(3_000)
  const job = { type: 'shell', payload: { command: 'true' } }
  for (let i = 0; i < 20; i++)
    acknowledged.push((await original.ask<{ id: string }>('POST', '/api/scheduler/executions', job)).id)
  backedUpAt = Date.now()
  const made = await rota(['backup', backup, '--data', original.dataDir])
  expect(made.stderr + made.stdout).toContain('checked')
  expect(made.code).toBe(0)
  await sleep(2_000)
}, 90_000)

afterAll(async () => {
  await Promise.all([original.kill(), restored.kill()])
  killAllWith(`${LOAD_MARK}=${mark}`)
  await cleanUp()
})

describe('a backup of a server at work', () => {
  test('is not restored over a directory that a server has', async () => {
    const refused = await rota(['restore', backup, '--data', original.dataDir, '--force'])
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain('in use')
    expect((await original.api('GET', '/status')).status).toBe(200)
  })

  test('brings back tasks and all that was acknowledged before it, and work goes on without a doubled answer', async () => {
    // The machine is lost, and time goes back to the backup.
    await original.kill()
    const done = await rota(['restore', backup, '--data', restored.dataDir])
    expect(done.code, done.stderr).toBe(0)
    await restored.start()
    const until = Date.now()
    await sleep(3_000)
    await endLoad(restored, tasks)
    await settled(restored, 30_000)
    for (const id of acknowledged) {
      expect((await restored.api('GET', `/api/scheduler/executions/${id}`)).status).toBe(200)
    }
    const fault = { at: backedUpAt, sureAt: until, until, kind: 'death', instance: 1, what: 'restored' } as const
    const history = await collect(restored, { tasks, faults: [fault], witness: join(folder, 'before.jsonl') })
    // What ran between backup and loss is unknown to the backup, so the tasks' own testimony cannot be compared.
    const { findings } = check({
      ...history,
      testimonies: [],
      tasks: tasks.map((task) => ({ ...task, testifies: false })),
    })
    expect(findings, report(findings)).toEqual([])
    expect(history.ledger.length).toBeGreaterThan(20)
  })
})
