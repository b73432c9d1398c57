import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzz } from './testing/fuzz.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer

beforeAll(async () => {
  t = await startTestServer()
})
afterAll(() => t.stop())

test('three hundred arbitrary requests find no 5xx and no reply that is not declared', async () => {
  const statuses = await fuzz(t, 300, 20_261_121)
  expect(Object.keys(statuses).length).toBeGreaterThan(3)
})
