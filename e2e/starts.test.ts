import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster, cleanUp, eventually, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Execution {
  id: string
  status: string
  failure: string | null
  attempt: number
  attempts: { attempt: number; failure: string | null }[]
}

const KILLS = 4
const LONGEST_DELAY_MS = 20

describe.each(['sqlite', 'postgres'] as const)(
  'a server on %s that is killed in the moments after a start',
  (store) => {
    let cluster: Cluster
    let witness: string
    const executions = new Map<string, Execution[]>()

    const starts = () => (existsSync(witness) ? readFileSync(witness, 'utf8').trim().split('\n') : [])

    beforeAll(async () => {
      witness = join(temporaryFolder(), 'witness')
      cluster = await Cluster.make({ instances: 1, store, env: { ROTA_EXAMPLES: 'false' } })
      await cluster.start()
      const { server } = cluster.members[0]!
      const ids = new Map<string, string>()
      const retries = { once: null, again: { max_attempts: 5, delay_seconds: 0, on: ['lost'] } }
      for (const [name, retry] of Object.entries(retries)) {
        const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', {
          name,
          type: 'shell',
          command: `echo "${name} $ROTA_EXECUTION_ID" >>${witness}; sleep 0.2`,
          schedule: '* * * * * *',
          misfire: { policy: 'run_all', grace_seconds: 3_600 },
          concurrency: { max: 100, overlap: 'allow' },
          retry,
        })
        ids.set(name, id)
      }
      for (let kill = 0; kill < KILLS; kill++) {
        const before = starts().length
        await eventually('start', 30_000, () => starts().length > before)
        await sleep(Math.random() * LONGEST_DELAY_MS)
        await server.kill()
        await server.start()
      }
      await sleep(5_000)
      for (const [name, id] of ids) {
        await server.ask('POST', `/api/scheduler/tasks/${id}/disable`)
        const path = `/api/scheduler/tasks/${id}/executions?limit=1000`
        const all = async () => (await server.ask<{ executions: Execution[] }>('GET', path)).executions
        await eventually('end of everything', 60_000, async () => {
          return (await all()).every(({ status }) => status !== 'running' && status !== 'pending')
        })
        executions.set(name, await all())
      }
    }, 400_000)

    afterAll(async () => {
      await cluster?.destroy()
      await cleanUp()
    })

    const startsOf = (name: string, { id }: Execution) => starts().filter((line) => line === `${name} ${id}`).length

    test('runs nothing twice that may not be repeated, and tells what was cut short', () => {
      const rows = executions.get('once')!
      expect(rows.length).toBeGreaterThan(KILLS)
      for (const row of rows) {
        expect(startsOf('once', row), row.id).toBeLessThanOrEqual(1)
        if (row.status !== 'success') expect(row, row.id).toMatchObject({ status: 'failed', failure: 'lost' })
      }
    })

    test('shows every start as an attempt', () => {
      for (const row of executions.get('again')!) {
        expect(row.status, row.id).toBe('success')
        expect(row.attempts.filter(({ attempt }) => attempt < row.attempt)).toHaveLength(row.attempt - 1)
        expect(startsOf('again', row), row.id).toBeLessThanOrEqual(row.attempt)
      }
    })
  },
)
