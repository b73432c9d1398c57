import { cleanUp, eventually, ServerProcess } from '@rota/testkit/cluster'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface, seriousFindings } from './browser.ts'

/** The moments that decide whether somebody stays, each with the clicks that it may take. */

let server: ServerProcess
const ids: Record<string, string> = {}

async function makeTask(name: string, command: string, more: object = {}): Promise<string> {
  const input = { name, type: 'shell', command, schedule: { type: 'none' }, timezone: 'Asia/Shanghai', ...more }
  return (await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', input)).id
}

async function run(taskId: string): Promise<string> {
  const path = `/api/scheduler/tasks/${taskId}/run`
  return (await server.ask<{ execution_id: string }>('POST', path, {})).execution_id
}

const executions = async (query: string) =>
  (
    await server.ask<{ executions: { id: string; finished_at: string | null }[] }>(
      'GET',
      `/api/scheduler/executions?${query}`,
    )
  ).executions

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
  ids.fine = await makeTask('Report', 'echo "all rows written"')
  await run(ids.fine)
  const noise = 'seq 1 400; echo "cannot reach db.internal" >&2; seq 1 50; exit 3'
  for (const name of ['North', 'South', 'West']) {
    await run(await makeTask(`Sync ${name}`, noise, { retry: { max_attempts: 2, delay_seconds: 0 } }))
  }
  const overlap = { concurrency: { max: 1, overlap: 'skip' } }
  ids.overlapping = await makeTask('Index rebuild', 'sleep 300', { schedule: '* * * * * *', ...overlap })
  await eventually('a skipped occurrence', 20_000, async () => {
    return (await executions('status=skipped&limit=1')).length > 0
  })
  await server.ask('POST', `/api/scheduler/tasks/${ids.overlapping}/disable`)
  await eventually('all failures', 20_000, async () => (await executions('status=failed')).length === 3)
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

const MANY = 2_000

/** Tasks of a group, beside those of others. */
async function makeMany(group: string): Promise<void> {
  const task = { type: 'shell', command: 'true', schedule: '0 3 * * *', group }
  for (let from = 0; from < MANY; from += 500) {
    const tasks = Array.from({ length: 500 }, (_, at) => ({ ...task, name: `${group} ${from + at}` }))
    await server.ask('POST', '/api/scheduler/tasks/import', { tasks })
  }
}

/** What the page says of how far it is, from now on. */
async function stepsShown(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(`
    steps = []
    new MutationObserver(() => {
      for (const [step] of document.body.innerText.matchAll(/[\\d,]+ of [\\d,]+/g)) if (!steps.includes(step)) steps.push(step)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  `)
  return () => page.evaluate('steps.splice(0)')
}

/** Counts what is clicked, also across pages: nothing here loads the document anew. */
async function countingClicks(page: Page): Promise<() => Promise<number>> {
  // Keys click what they activate; only a pointer counts.
  await page.evaluate(`clicks = 0; addEventListener('click', ({ detail }) => { clicks += detail > 0 ? 1 : 0 }, true)`)
  return () => page.evaluate('clicks')
}

test('the first log is one click from the overview', async () => {
  const { page, trouble } = await openInterface(server)
  const clicks = await countingClicks(page)
  await page
    .getByRole('link', { name: /Report/ })
    .first()
    .click()
  await page.getByRole('log').getByText('all rows written').waitFor()
  expect(await clicks()).toBeLessThanOrEqual(2)
  expect(trouble).toEqual([])
})

test('a skipped occurrence says why in a sentence, and what mends it is two clicks away', async () => {
  const { page, trouble } = await openInterface(server, `/tasks/${ids.overlapping}?tab=executions`)
  const clicks = await countingClicks(page)
  await page.getByRole('row').filter({ hasText: 'Skipped' }).first().click()
  await page.getByText(/an earlier execution of the task was still running/).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('link', { name: 'Change the overlap policy' }).click()
  await page.getByRole('heading', { name: 'Edit Index rebuild' }).waitFor()
  // The part of the form that mends it is open, and on screen.
  const field = page.getByRole('combobox', { name: 'When the limit is reached' })
  await eventually('the field in view', 5_000, async () => {
    const box = await field.boundingBox()
    return box !== null && box.y > 0 && box.y < 900
  })
  expect(await clicks()).toBeLessThanOrEqual(2)
  expect(trouble).toEqual([])
})

test('an incident: the failing line in two clicks, all of it run again in two more', async () => {
  const { page, trouble } = await openInterface(server)
  const clicks = await countingClicks(page)
  const alike = page.getByRole('listitem').filter({ hasText: '3 tasks' })
  await alike.getByRole('button', { name: /cannot reach db.internal/ }).click()
  await alike.getByRole('link', { name: /Sync North/ }).click()
  // The failing line of the last attempt is there, marked, among nine hundred others.
  await page.waitForURL(/line=\d+/)
  await page.getByRole('log').getByText('cannot reach db.internal').waitFor()
  expect(await clicks()).toBe(2)
  await page.goBack()
  await page.getByRole('button', { name: 'Run all 3 again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Run 3 again' }).click()
  await page.getByText('3 executions were started again.').waitFor()
  expect(await clicks()).toBe(4)
  expect(trouble).toEqual([])
})

test('a retried execution tells its attempts apart, in its log and in its facts', async () => {
  const [failed] = await executions('status=failed&limit=1')
  const { page, trouble } = await openInterface(server, `/executions/${failed!.id}?line=452`)
  await page.getByRole('log').getByText('Attempt 2', { exact: true }).waitFor()
  await page.getByRole('tab', { name: 'Details' }).click()
  await page.getByText('Attempt 2 started').waitFor()
  expect(trouble).toEqual([])
})

test('a change of a schedule is compared with what was, without scrolling', async () => {
  const id = await makeTask('Nightly', 'true', { schedule: '0 2 * * *' })
  const { page, trouble } = await openInterface(server, `/tasks/${id}/edit`)
  await page.getByLabel('Cron expression').fill('30 3 * * *')
  const comparison = page.getByTestId('comparison')
  await comparison.getByText('03:30').last().waitFor()
  const box = await comparison.boundingBox()
  expect(box!.y + box!.height).toBeLessThanOrEqual(900)
  expect(await page.evaluate('scrollY')).toBe(0)
  expect(trouble).toEqual([])
})

test('thousands of tasks: all that a filter matches seen beforehand, disabled and taken back, four clicks in all', async () => {
  await makeMany('fleet')
  const total = MANY.toLocaleString('en-GB')
  const count = async (query: string) =>
    (await server.ask<{ total: number }>('GET', `/api/scheduler/tasks?limit=1&${query}`)).total
  const others = (await count('status=active')) - MANY
  const { page, trouble } = await openInterface(server, '/tasks?group=fleet')
  await page.getByText(`${total} in total`).waitFor()
  const clicks = await countingClicks(page)
  const steps = await stepsShown(page)
  await page.getByLabel('Select all rows').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Disable' }).click()
  await page.getByTestId('bulk-preview').getByText(`${total} tasks no longer run by their schedules.`).waitFor()
  await page.getByTestId('bulk-preview').getByText('fleet 0', { exact: false }).first().waitFor()
  await page.getByRole('button', { name: `Disable ${total} tasks` }).click()
  await page.getByText(`${total} tasks disabled.`).waitFor({ timeout: 60_000 })
  expect(await steps()).toEqual(expect.arrayContaining([`500 of ${total}`, `1,500 of ${total}`]))
  expect([await count('group=fleet&status=disabled'), await count('status=active')]).toEqual([MANY, others])
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undone.').waitFor({ timeout: 60_000 })
  expect(await steps()).toEqual(expect.arrayContaining([`500 of ${total}`, `1,500 of ${total}`]))
  expect([await count('status=disabled&group=fleet'), await count('group=fleet&status=active')]).toEqual([0, MANY])
  expect(await clicks()).toBe(4)
  expect(trouble).toEqual([])
})
