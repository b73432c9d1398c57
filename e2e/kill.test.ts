import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, History, TaskFacts } from '@rota/testkit/chronocheck'
import { check, report } from '@rota/testkit/chronocheck'
import {
  cleanUp,
  isAlive,
  killAllWith,
  livingWith,
  type ProcessId,
  ServerProcess,
  temporaryFolder,
} from '@rota/testkit/cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, settled } from './collect.ts'
import { createLoad, endLoad, LOAD_MARK, loadTasks } from './load.ts'

const KILLS = 10
/** Between two kills, so that they meet the server at different moments of its second. */
const LIVES_MS = [2_300, 4_100, 3_250, 2_730, 4_910, 3_580, 2_060, 3_870, 4_440, 3_010]

/** Mostly it is started again at once; some due instants beyond the planned ones must be missed, too. */
const AWAY_MS = [0, 0, 0, 8_000, 0, 0, 7_000, 0, 0, 0]

const server = new ServerProcess()
const mark = `kill-${process.pid}`
const witness = join(temporaryFolder(), 'witness.jsonl')
const faults: Fault[] = []
/** Processes that outlived the server that came after theirs. */
const survivors: ProcessId[] = []
/** Ids of executions that the server has acknowledged. */
const acknowledged: string[] = []
let tasks: TaskFacts[]
let history: History

beforeAll(async () => {
  await server.start()
  tasks = await createLoad(server, loadTasks({ witness, mark }))
  for (let i = 0; i < KILLS; i++) {
    await submitFor(LIVES_MS[i]!)
    const at = Date.now()
    await server.kill()
    const sureAt = Date.now()
    const orphans = livingWith(`${LOAD_MARK}=${mark}`)
    await sleep(AWAY_MS[i]!)
    await server.start()
    faults.push({ at, sureAt, until: Date.now(), kind: 'death', instance: 1, what: 'kill -9' })
    survivors.push(...orphans.filter(isAlive))
  }
  await sleep(8_000)
  await endLoad(server, tasks)
  await settled(server, 60_000)
  history = await collect(server, { tasks, faults, witness })
  const dump = process.env.E2E_HISTORY
  if (dump !== undefined) writeFileSync(dump, JSON.stringify(history))
}, 240_000)

afterAll(async () => {
  await server.stop()
  killAllWith(`${LOAD_MARK}=${mark}`)
  await cleanUp()
})

/** Asks for executions all the while, so that kills meet requests, too. */
async function submitFor(ms: number) {
  const endAt = Date.now() + ms
  while (Date.now() < endAt) {
    const job = { type: 'shell', payload: { command: 'true' }, name: 'asked for' }
    const reply = await server.api<{ id: string }>('POST', '/api/scheduler/executions', job)
    if (reply.status === 201) acknowledged.push(reply.body.id)
    await sleep(40)
  }
}

describe(`a server that is killed ${KILLS} times with -9 under load`, () => {
  test('was really at work when it was killed', () => {
    const count = (test: (row: History['executions'][number]) => boolean) => history.executions.filter(test).length
    expect(faults).toHaveLength(KILLS)
    expect(count((row) => row.status === 'success')).toBeGreaterThan(200)
    expect(
      count((row) => row.attempts.some((attempt) => attempt.failure === 'lost') || row.failure === 'lost'),
    ).toBeGreaterThan(5)
    expect(count((row) => row.attempt > 1)).toBeGreaterThan(5)
    expect(history.ledger.filter((entry) => entry.answer === 'merged').length).toBeGreaterThan(0)
    expect(history.ledger.filter((entry) => entry.reason === 'overlap').length).toBeGreaterThan(5)
  })

  test('has one answer for each due instant, runs none twice, accepts no late result and forgets nothing', () => {
    const { findings } = check(history)
    expect(findings, report(findings)).toEqual([])
  })

  test('leaves no process of an earlier life alive once it is ready, not even one that left its group', () => {
    expect(survivors).toEqual([])
    expect(livingWith(`${LOAD_MARK}=${mark}`)).toEqual([])
  })

  test('has kept everything that it acknowledged', async () => {
    expect(acknowledged.length).toBeGreaterThan(KILLS * 10)
    const lost: string[] = []
    for (const id of acknowledged) {
      const { status, body } = await server.api<{ status: string }>('GET', `/api/scheduler/executions/${id}`)
      if (status !== 200 || !['success', 'failed'].includes(body.status)) lost.push(`${id}: ${status} ${body.status}`)
    }
    expect(lost).toEqual([])
  })

  test('can be read as if nothing had happened: the log of a noisy task is whole', async () => {
    const noisy = history.tasks.find((task) => task.name === 'noisy')!
    const row = history.executions.filter((each) => each.task_id === noisy.id && each.status === 'success').at(-1)!
    const path = `/api/scheduler/executions/${row.id}/logs`
    const { logs, total } = await server.ask<{ logs: { message: string; stream: string }[]; total: number }>(
      'GET',
      `${path}?limit=10000`,
    )
    expect(total).toBe(3_300)
    const texts = logs.filter((line) => line.stream === 'stdout').map((line) => line.message)
    expect(texts).toEqual(Array.from({ length: 3_000 }, (_, i) => String(i + 1)))
  })
})
