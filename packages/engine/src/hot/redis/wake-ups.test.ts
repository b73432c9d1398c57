import { type Caller, SYSTEM } from '@rota/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../api/engine.ts'
import { createEngine } from '../../engine.ts'
import type { HotParts } from '../../ports/hot.ts'
import { quickParts } from '../../store/postgres/testing/quick-parts.ts'
import { dropSchema, newSchemaName } from '../../store/postgres/testing/schema.ts'
import { withPostgres } from '../../store/postgres/testing/server.ts'
import { openRedisHot } from './open.ts'
import { dropKeys, eventually, newPrefix, withRedis } from './testing/server.ts'

const ANN: Caller = { ...SYSTEM, name: 'ann' }
/** Nobody finds by looking what is done within seconds here. */
const BLIND = { prefetchMs: 60_000, pollMs: 60_000, longestSleepMs: 60_000 }

withPostgres('Wake-ups between instances', (url) => {
  withRedis('by Redis', (redis) => {
    const schema = newSchemaName()
    const prefix = newPrefix()
    const closing: (() => Promise<unknown>)[] = []
    const started: string[] = []
    let idle: Engine
    let worker: Engine

    async function instance(): Promise<Engine> {
      const { store, ...parts } = await quickParts(url, schema)
      const hot: HotParts = await openRedisHot({ url: redis, prefix })
      const engine = createEngine({ store, ...parts, ...BLIND, hot })
      closing.push(async () => {
        await engine.stop()
        await hot.close()
        await store.close()
      })
      return engine
    }

    beforeAll(async () => {
      // One takes requests and no work, as while it drains; the other works.
      idle = await instance()
      worker = await instance()
      worker.on((event) => event.type === 'execution_started' && started.push(event.id))
      await worker.start()
    })
    afterAll(async () => {
      for (const close of closing) await close()
      await dropSchema(url, schema)
      await dropKeys(redis, prefix)
    })

    test('what an instance does not take starts on another at once', async () => {
      for (let i = 0; i < 5; i++) {
        const { id } = await idle.executions.submit(ANN, { type: 'quick', payload: {} })
        await eventually('start on the other instance', () => started.includes(id))
      }
      expect(new Set(started).size).toBe(5)
    })
  })
})
