import { cleanUp, eventually, ServerProcess } from '@rota/testkit/cluster'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface, seriousFindings } from './browser.ts'

const FAILURES = '/api/scheduler/stats/failures'
let server: ServerProcess

async function makeTask(name: string, more: object): Promise<string> {
  const input = { name, type: 'shell', command: 'true', schedule: { type: 'none' }, ...more }
  return (await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', input)).id
}

async function run(taskId: string): Promise<void> {
  const path = `/api/scheduler/tasks/${taskId}/run`
  const { execution_id: id } = await server.ask<{ execution_id: string }>('POST', path, {})
  await ended(id)
}

async function ended(id: string): Promise<void> {
  await eventually(`end of ${id}`, 20_000, async () => {
    const { finished_at } = await server.ask<{ finished_at: string | null }>('GET', `/api/scheduler/executions/${id}`)
    return finished_at !== null
  })
}

async function failedTotal(): Promise<number> {
  return (await server.ask<{ total: number }>('GET', '/api/scheduler/executions?status=failed')).total
}

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

test('an empty server teaches: one click makes a task, runs it and shows its log as it moves', async () => {
  const { page, trouble } = await openInterface(server)
  await page.getByRole('button', { name: 'Create and run a first task' }).click()
  await page.getByRole('heading', { name: 'Execution of My first task' }).waitFor()
  await page.getByRole('log').getByText('step 1 of 5').first().waitFor()
  expect(trouble).toEqual([])
})

test('a failure shows on the open page by itself; alike ones are one line, lead to their logs, and run again together', async () => {
  const { page, trouble } = await openInterface(server)
  await page.getByText('Nothing failed.').waitFor()
  const ids = await Promise.all(
    ['North', 'South'].map((name, at) =>
      makeTask(`Price sync ${name}`, { group: 'sync', command: `echo "cannot reach 10.0.0.${at}" >&2; exit 3` }),
    ),
  )
  for (const id of ids) await run(id)

  const group = page.getByRole('button', { name: /2 tasks cannot reach/ })
  await group.waitFor()
  await group.click()
  await page
    .getByRole('link', { name: /Price sync North/ })
    .first()
    .waitFor()
  expect(await failedTotal()).toBe(2)
  await page.getByRole('button', { name: 'Run all 2 again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Run 2 again' }).click()
  await page.getByText('2 executions were started again.').waitFor()
  await eventually('both have failed once more', 20_000, async () => (await failedTotal()) === 4)
  expect(await seriousFindings(page)).toEqual([])

  await page
    .getByRole('link', { name: /Price sync South/ })
    .first()
    .click()
  await page.getByRole('log').getByText('cannot reach').first().waitFor()
  expect(trouble).toEqual([])
})

test('each figure leads to what it counts', async () => {
  const { page } = await openInterface(server)
  const figures: [RegExp, RegExp][] = [
    [/^Running now/, /\/executions\?status=running/],
    [/^Waiting to start/, /\/executions\?status=pending/],
    [/^Failed, 24 h/, /\/executions\?status=failed&finished_from=/],
    [/^Success, 24 h/, /\/statistics/],
    [/^Instances/, /\/settings\?tab=system/],
  ]
  for (const [name, url] of figures) {
    await page.getByRole('link', { name }).first().click()
    await page.waitForURL(url)
    await page.goBack()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  }
})

test('the ribbon is operated by keys alone: step, zoom, open', async () => {
  const { page } = await openInterface(server)
  const ribbon = page.getByRole('application', { name: /^Time ribbon/ })
  await expect.poll(() => ribbon.getAttribute('aria-label')).toMatch(/Failed 4/)
  await ribbon.focus()
  await page.keyboard.press('ArrowLeft')
  await spoken(page, /Price sync (North|South), Failed/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/executions\/[0-9a-f-]{36}/)
})

test('the ribbon is a table for whoever asks for one', async () => {
  const { page } = await openInterface(server)
  await page.getByRole('button', { name: 'Show as a table' }).click()
  const row = page.getByRole('row').filter({ hasText: 'Price sync North' }).first()
  await row.getByText('Failed').waitFor()
  await row.getByRole('button', { name: 'Price sync North' }).click()
  await page.waitForURL(/\/executions\//)
})

test('a page that lost its server says so, and is live again once it is back', async () => {
  const { page } = await openInterface(server)
  await page.getByRole('status').filter({ hasText: 'Running' }).waitFor()
  await server.stop()
  await page
    .getByRole('status')
    .filter({ hasText: /does not answer|Reconnecting/ })
    .waitFor()
  await server.start()
  await page.getByRole('status').filter({ hasText: 'Running' }).waitFor({ timeout: 60_000 })
  const id = await makeTask('After the restart', {})
  await run(id)
  const ribbon = page.getByRole('application', { name: /^Time ribbon/ })
  await expect.poll(() => ribbon.getAttribute('aria-label'), { timeout: 30_000 }).toMatch(/Success 2/)
})

test('all that failed alike runs again, however many; what would be skipped is said beforehand, and counted after', async () => {
  const alike = { command: 'echo "quota of the tenant is used up" >&2; exit 5' }
  const free = await makeTask('Uploads', { ...alike, concurrency: { overlap: 'allow' } })
  const single = await makeTask('Invoices', alike)
  const runs = Array.from({ length: 105 }, () => free).values()
  await Promise.all(
    Array.from({ length: 15 }, async () => {
      for (const id of runs) await run(id)
    }),
  )
  for (let at = 0; at < 3; at++) await run(single)
  const { groups } = await server.ask<{ groups: { example: string; count: number }[] }>('GET', FAILURES)
  expect(groups.map(({ example, count }) => [example.replace(/\d+$/, 'N'), count])).toEqual([
    ['quota of the tenant is used up', 108],
    ['cannot reach 10.0.0.N', 4],
  ])
  const { page, trouble } = await openInterface(server)
  await page.getByRole('button', { name: /quota of the tenant/ }).click()
  await page.getByRole('button', { name: 'Run all 108 again' }).click()
  const preview = page.getByTestId('bulk-preview')
  await preview.getByText('106 executions run again with the same parameters.').waitFor()
  await preview.getByText('2 are skipped: their tasks let no more run at once').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('dialog').getByRole('button', { name: 'Run 106 again' }).click()
  await page.getByText('106 executions were started again. 2 were skipped.').waitFor()
  const ofTask = (id: string) => server.ask<{ total: number }>('GET', `/api/scheduler/executions?task_id=${id}`)
  expect([(await ofTask(free)).total, (await ofTask(single)).total]).toEqual([210, 4])
  expect(trouble).toEqual([])
})

test('as many failures are counted as the list behind them has, also of what was due long before', async () => {
  const run_at = new Date(Date.now() - 3 * 86_400_000).toISOString()
  const job = { type: 'shell', payload: { command: 'exit 6' }, run_at }
  await ended((await server.ask<{ id: string }>('POST', '/api/scheduler/executions', job)).id)
  const { total } = await server.ask<{ total: number }>('GET', FAILURES)
  const { page } = await openInterface(server)
  const tile = page.getByRole('link', { name: /^Failed, 24 h/ })
  await tile.getByText(String(total), { exact: true }).waitFor()
  await tile.click()
  await page.getByText(`${total} in total`).waitFor()
})

/** What the ribbon says of the mark one is on. */
async function spoken(page: Page, words: RegExp): Promise<void> {
  await page.locator('[aria-live=polite]').filter({ hasText: words }).first().waitFor({ state: 'attached' })
}
