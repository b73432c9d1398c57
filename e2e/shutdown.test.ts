import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '@rota/testkit/chronocheck'
import { check, report } from '@rota/testkit/chronocheck'
import { cleanUp, eventually, livingWith, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterEach, describe, expect, test } from 'vitest'
import { collect, settled } from './collect.ts'
import { createLoad, endLoad, LOAD_MARK, loadTasks } from './load.ts'

interface Execution {
  id: string
  status: string
  failure: string | null
  exit_code: number | null
}

const RESTARTS = 4

afterEach(() => cleanUp())

/** A job whose shell says in a file that it has begun. */
async function begin(server: ServerProcess, work: string): Promise<{ id: string; mark: string }> {
  const file = join(temporaryFolder(), 'begun')
  const mark = `shutdown-${process.pid}-${Math.random()}`
  const payload = { command: `echo $$ >${file}\n${work}` }
  const job = { type: 'shell', payload, env: { [LOAD_MARK]: mark } }
  const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/executions', job)
  await eventually('process of the job', 10_000, () => existsSync(file) && readFileSync(file, 'utf8') !== '')
  return { id, mark }
}

describe('a server that gets SIGTERM', () => {
  test('lets running work finish, keeps its result, takes no new work, and ends with 0', async () => {
    const server = await new ServerProcess().start()
    const { id } = await begin(server, 'sleep 2; echo finished')
    const ended = server.stop()
    await eventually('server that takes no new work', 1_500, async () => {
      const reply = await fetch(`${server.url}/ready`).catch(() => undefined)
      return reply === undefined || reply.status === 503
    })
    expect(await ended).toEqual({ code: 0, signal: null })
    await server.start()
    const execution = await server.ask<Execution>('GET', `/api/scheduler/executions/${id}`)
    expect(execution).toMatchObject({ status: 'success', exit_code: 0 })
    const { logs } = await server.ask<{ logs: { message: string }[] }>('GET', `/api/scheduler/executions/${id}/logs`)
    expect(logs.map((line) => line.message)).toEqual(['finished'])
  })

  test('stops what does not finish in time, whole process groups with it, and calls it lost', async () => {
    const server = await new ServerProcess({ env: { ROTA_EXECUTIONS_SHUTDOWN_GRACE_SECONDS: '1' } }).start()
    const { id, mark } = await begin(server, 'setsid sleep 900 & sleep 901')
    await eventually('both sleepers', 10_000, () => livingWith(`${LOAD_MARK}=${mark}`).length >= 3)
    expect(await server.stop()).toEqual({ code: 0, signal: null })
    expect(livingWith(`${LOAD_MARK}=${mark}`)).toEqual([])
    await server.start()
    const execution = await server.ask<Execution>('GET', `/api/scheduler/executions/${id}`)
    expect(execution).toMatchObject({ status: 'failed', failure: 'lost' })
  })

  test('hurries when it gets a second one', async () => {
    const server = await new ServerProcess({ env: { ROTA_EXECUTIONS_SHUTDOWN_GRACE_SECONDS: '600' } }).start()
    const { mark } = await begin(server, 'sleep 902')
    const ended = server.stop()
    await eventually('begin of the shutdown', 5_000, () => server.output.includes('stopping'))
    server.signal('SIGTERM')
    const startedAt = performance.now()
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(performance.now() - startedAt).toBeLessThan(15_000)
    expect(livingWith(`${LOAD_MARK}=${mark}`)).toEqual([])
  })

  test(`${RESTARTS} times under load loses nothing, runs nothing twice and interrupts nothing short`, async () => {
    const server = await new ServerProcess().start()
    const mark = `restart-${process.pid}`
    const witness = join(temporaryFolder(), 'witness.jsonl')
    const gentle = loadTasks({ witness, mark }).filter(({ input }) => /^(tick|retry|mutex|noisy)/.test(input.name))
    const tasks = await createLoad(server, gentle)
    const faults: Fault[] = []
    for (let i = 0; i < RESTARTS; i++) {
      await sleep(2_500 + 370 * i)
      const at = Date.now()
      expect(await server.stop()).toEqual({ code: 0, signal: null })
      await server.start()
      faults.push({ at, sureAt: at, until: Date.now(), kind: 'drain', instance: 1, what: 'stopped in good order' })
    }
    await sleep(3_000)
    await endLoad(server, tasks)
    await settled(server, 30_000)
    const history = await collect(server, { tasks, faults, witness })
    const { findings } = check(history)
    expect(findings, report(findings)).toEqual([])
    expect(history.executions.filter((row) => row.failure === 'lost')).toEqual([])
    expect(history.executions.length).toBeGreaterThan(60)
    await server.stop()
  })
})
