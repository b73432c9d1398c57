import { execution, NOW } from '@rota/testkit/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Cancellations } from '../../ports/cancellations.ts'
import type { Claimed, ExecutionStore } from '../../ports/executions.ts'
import { createCancellations } from './cancellations.ts'
import { createExecutionStore } from './executions.ts'
import { makeSchema, type TestSchema } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

withPostgres('PostgreSQL: cancellations', (url) => {
  describe('what an instance wants stopped in the hands of another', () => {
    let schema: TestSchema
    let executions: ExecutionStore
    let cancellations: Cancellations
    let held: Claimed
    beforeAll(async () => {
      schema = await makeSchema(url)
      executions = createExecutionStore(schema.db)
      cancellations = createCancellations(schema.db, executions)
    })
    afterAll(() => schema.drop())

    const claim = async (instanceId: string) => {
      const { claimed } = await executions.claim({ instanceId, now: NOW, until: NOW + 1, most: 9 })
      return claimed[0]!
    }
    beforeEach(async () => {
      await schema.clear()
      for (const id of ['one', 'two']) {
        const about = { id, hostname: 'here', pid: 1, version: '1', startedAt: NOW, heartbeatAt: NOW }
        await executions.heartbeat({ ...about, state: 'running', running: 0, waiting: 0 }, NOW + 1000)
      }
      await executions.enqueue([execution('e')], { now: NOW })
      held = await claim('one')
      await executions.cancelUnclaimed(['e'], NOW, 'cancelled by ann')
    })
    const wish = () => ({ seq: held.seq, reason: 'cancelled by ann', ifUnstarted: false })

    test('is told to whoever has it, and to nobody else, until it has ended', async () => {
      expect((await cancellations.of('two', NOW)).wishes).toEqual([])
      expect((await cancellations.of('one', NOW)).wishes).toEqual([wish()])
      expect((await cancellations.of('one', NOW)).wishes).toEqual([wish()])
      const end = { status: 'cancelled', failure: null, reason: null, startedAt: NOW, finishedAt: NOW, exitCode: null }
      const rest = { error: null, output: null, result: null, cpuMs: null, maxRssBytes: null, droppedLogBytes: 0 }
      const { seq, claimSeq } = held
      await executions.settle([{ kind: 'finish', seq, claimSeq, keep: true, ...rest, ...end } as never], NOW)
      expect((await cancellations.of('one', NOW)).wishes).toEqual([])
      expect((await schema.pool.query('SELECT 1 FROM cancellations')).rowCount).toBe(0)
    })

    test('keeps everybody from taking it over', async () => {
      await executions.settle([{ kind: 'give_back', seq: held.seq, claimSeq: held.claimSeq }], NOW)
      expect(await claim('two')).toBeUndefined()
    })

    test('ends at once when it was given back and nobody has it', async () => {
      await executions.settle([{ kind: 'give_back', seq: held.seq, claimSeq: held.claimSeq }], NOW)
      expect((await cancellations.of('two', NOW)).wishes).toEqual([])
      const { rows } = await schema.pool.query('SELECT id, status, reason FROM execution_history')
      expect(rows).toEqual([{ id: 'e', status: 'cancelled', reason: 'cancelled by ann' }])
    })
  })
})
