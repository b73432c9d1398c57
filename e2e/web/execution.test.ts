import { cleanUp, eventually, ServerProcess } from '@rota/testkit/cluster'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface } from './browser.ts'

/** Prints a line every few milliseconds until it is stopped, some in colour, some as errors. */
const CHATTY = `i=0; while true; do i=$((i+1)); printf '\\033[32mINFO\\033[0m step %d\\n' $i; [ $((i % 25)) -eq 0 ] && echo "slow step $i" >&2; sleep 0.01; done`

let server: ServerProcess
const ids: Record<string, string> = {}

async function makeTask(name: string, command: string, more: object = {}): Promise<string> {
  const input = { name, type: 'shell', command, schedule: { type: 'none' }, ...more }
  const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', input)
  return id
}

async function run(taskId: string): Promise<string> {
  const reply = await server.ask<{ execution_id: string }>('POST', `/api/scheduler/tasks/${taskId}/run`, {})
  return reply.execution_id
}

async function ended(id: string): Promise<void> {
  await eventually(`end of ${id}`, 20_000, async () => {
    const { finished_at } = await server.ask<{ finished_at: string | null }>('GET', `/api/scheduler/executions/${id}`)
    return finished_at !== null
  })
}

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
  ids.failing = await makeTask('Price sync', 'echo "cannot connect" >&2; exit 3', {
    group: 'sync',
    retry: { max_attempts: 2, delay_seconds: 1, backoff: 'fixed' },
  })
  ids.long = await makeTask('Many lines', 'seq 1 120000')
  ids.chatty = await makeTask('Chatty', CHATTY)
  ids.failed = await run(ids.failing)
  ids.lines = await run(ids.long)
  await ended(ids.failed)
  await ended(ids.lines)
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

test('from the list of failures to why and where: filter, quick look, page, log', async () => {
  const { page, trouble } = await openInterface(server, '/executions')
  const filter = page.getByLabel('Filter', { exact: true })
  await filter.fill('status:failed')
  await filter.press('Enter')
  await page.waitForURL(/status=failed/)
  await page.getByRole('row').filter({ hasText: 'Price sync' }).click()
  await page.getByText('the program ended with exit code 3').waitFor()
  await page.getByRole('link', { name: 'Open the page' }).click()
  await page.getByRole('heading', { name: 'Execution of Price sync' }).waitFor()
  await page.getByRole('log').getByText('cannot connect').first().waitFor()
  await page.getByRole('tab', { name: 'Attempts' }).click()
  expect(await page.getByRole('row').filter({ hasText: 'Failed' }).count()).toBe(2)
  await page.getByRole('button', { name: 'Run again' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith(ids.failed!))
  expect(trouble).toEqual([])
})

test('a filter that does not exist names those that do', async () => {
  const { page } = await openInterface(server, '/executions')
  const filter = page.getByLabel('Filter', { exact: true })
  await filter.fill('colour:red')
  await filter.press('Enter')
  await page.getByText(/There is no filter “colour”.*status, trigger/).waitFor()
})

test('a live log follows what is written, stands still for who reads, and goes on', async () => {
  const id = await run(ids.chatty!)
  const { page, trouble } = await openInterface(server, `/executions/${id}`)
  const log = page.getByRole('log')
  await log
    .getByText(/step \d+/)
    .first()
    .waitFor()
  const numbers = async () => {
    const shown = await log.getByText(/^step \d+$|step \d+/).allTextContents()
    return shown.map((text) => Number(/step (\d+)/.exec(text)?.[1] ?? 0))
  }
  // Beyond what is seen a few lines more are drawn: the first tells where one stands, the last whether one follows.
  const firstNumber = async () => Math.min(...(await numbers()))
  const lastNumber = async () => Math.max(...(await numbers()))
  const before = await lastNumber()
  await eventually('newer line in view', 10_000, async () => (await lastNumber()) > before + 20)
  await log.hover()
  await page.mouse.wheel(0, -400)
  const follow = page.getByRole('button', { name: 'Follow' })
  await follow.waitFor()
  const still = await firstNumber()
  const total = page.getByText(/Live · [\d,]+ lines/)
  const count = async () => Number((await total.textContent())!.replace(/\D/g, ''))
  const counted = await count()
  await eventually('further lines', 10_000, async () => (await count()) > counted + 30)
  expect(await firstNumber()).toBe(still)
  await follow.click()
  await eventually('the newest line in view', 10_000, async () => (await firstNumber()) > still + 20)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Cancel the execution' }).click()
  await page.getByText(/Complete · /).waitFor()
  expect(trouble).toEqual([])
})

test('a log of 120,000 lines is searched over its length, and a line has an address', async () => {
  const { page, trouble } = await openInterface(server, `/executions/${ids.lines}`)
  await page.getByText('Complete · 120,000 lines').waitFor()
  await page.getByLabel('Search in the log').fill('67890')
  await page.getByText('1 match', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Next match' }).click()
  await page.getByRole('button', { name: 'Link to line 67890' }).waitFor()
  await page.waitForURL(/line=67890/)
  await page.reload()
  await page.getByRole('button', { name: 'Link to line 67890' }).waitFor()
  expect(trouble).toEqual([])
})

test('a page outlives a restart of the server: it says that it waits, and goes on by itself', async () => {
  const id = await run(ids.chatty!)
  const { page } = await openInterface(server, `/executions/${id}`)
  await page.getByText(/Live · /).waitFor()
  await server.kill()
  await page.getByText(/Reconnecting · /).waitFor()
  await server.start()
  // What ran died with its server; the page learns it without being told to.
  await page.getByText(/Live · |Complete · /).waitFor({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Executions' }).click()
  await page.getByRole('row').filter({ hasText: 'Chatty' }).first().waitFor()
})
