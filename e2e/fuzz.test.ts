import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzz } from '../packages/server/src/testing/fuzz.ts'
import { startTestServer, type TestServer } from '../packages/server/src/testing/test-server.ts'

const REQUESTS = 20_000
let t: TestServer

beforeAll(async () => {
  t = await startTestServer()
})
afterAll(() => t.stop())

test('twenty thousand arbitrary requests find no 5xx and no reply that is not declared', async () => {
  const seed = Number(process.env.ROTA_TEST_FUZZ_SEED ?? Math.trunc(Math.random() * 2 ** 31))
  const statuses = await fuzz(t, REQUESTS, seed)
  const total = Object.values(statuses).reduce((sum, count) => sum + count, 0)
  console.log(`fuzz seed ${seed}: ${total} requests, by status ${JSON.stringify(statuses)}`)
  expect(total).toBeGreaterThanOrEqual(REQUESTS)
  // Requests that are all refused would prove little.
  const served = Object.entries(statuses).reduce((sum, [status, count]) => sum + (Number(status) < 300 ? count : 0), 0)
  expect(served).toBeGreaterThan(REQUESTS / 20)
}, 600_000)
