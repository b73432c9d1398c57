import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const BASE = '/api/scheduler/executions'
let t: TestServer
let programs: string

beforeAll(async () => {
  t = await startTestServer()
  programs = join(t.folder, 'programs')
}, 60_000)
afterAll(() => t.stop())

async function ended(body: object) {
  const made = await t.call('POST', BASE, { as: 'admin', body })
  expect(made.status, made.text).toBe(201)
  await t.call('GET', `${BASE}/${made.json.id}/logs/stream`, { as: 'viewer' })
  return (await t.call('GET', `${BASE}/${made.json.id}`, { as: 'viewer' })).json
}
const python = () => ended({ type: 'script', payload: { source: '#!/bin/sh\r\necho fine\r\n' } })

test('the folder of running programs is in the data directory, and made anew when it was removed', async () => {
  expect(await python()).toMatchObject({ status: 'success', output: 'fine\n' })
  rmSync(programs, { recursive: true })
  expect(await python()).toMatchObject({ status: 'success', output: 'fine\n' })
  expect(existsSync(programs)).toBe(true)
})

test('a server that cannot start programs says so when asked whether it is ready, until it can again', async () => {
  expect((await t.call('GET', '/ready')).status).toBe(200)
  rmSync(programs, { recursive: true })
  writeFileSync(programs, 'in the way')
  expect(await python()).toMatchObject({ status: 'failed', failure: 'dispatch' })
  const readiness = () => t.call('GET', '/ready')
  await vi.waitFor(async () => expect((await readiness()).status).toBe(503), { timeout: 15_000, interval: 50 })
  const { reason } = (await readiness()).json
  expect(reason).toMatch(/Programs cannot be started/)
  expect(reason).not.toContain(t.folder)
  rmSync(programs)
  await vi.waitFor(async () => expect((await readiness()).status).toBe(200), { timeout: 15_000, interval: 50 })
}, 60_000)
