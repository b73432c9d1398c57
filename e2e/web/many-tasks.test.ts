import { cleanUp, fillWithTasks, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface } from './browser.ts'

const COUNT = 100_000
const GROUPS = 100
let server: ServerProcess

const nameOf = (number: number) => `Task ${String(number).padStart(6, '0')}`

beforeAll(async () => {
  const dataDir = temporaryFolder()
  await fillWithTasks(dataDir, { count: COUNT, nameOf, groupOf: (number) => `fleet/${number % GROUPS}` })
  server = await new ServerProcess({ dataDir, env: { ROTA_EXAMPLES: 'false' } }).start()
}, 300_000)

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

test('a hundred thousand tasks are one list: only what is seen is drawn, its end is as near as its beginning', async () => {
  const { page, trouble } = await openInterface(server, '/tasks')
  await page.getByText(nameOf(0)).waitFor()
  const table = page.getByRole('table', { name: 'Tasks' })
  expect(Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThanOrEqual(COUNT)
  // Rows that exist stay few, wherever one is.
  for (const part of [0.25, 0.5, 0.999, 1]) {
    await table.evaluate((element, share) => {
      const scroller = element.parentElement!
      scroller.scrollTop = scroller.scrollHeight * share
    }, part)
    const wanted = part === 1 ? nameOf(COUNT - 1) : nameOf(Math.floor((COUNT - 1) * part)).slice(0, 8)
    await page.getByRole('row', { name: wanted }).first().waitFor()
    expect(await page.getByRole('row').count()).toBeLessThan(80)
  }
  expect(trouble).toEqual([])
})

test('on a phone, too, only what is seen is drawn', async () => {
  const { page } = await openInterface(server, '/tasks', { width: 390 })
  await page.getByText(nameOf(0)).waitFor()
  expect(await page.getByRole('row').count()).toBeLessThan(80)
})

test('what a filter matches is found, chosen, seen beforehand, changed and changed back', async () => {
  const { page } = await openInterface(server, '/tasks?group=fleet/7')
  const total = COUNT / GROUPS
  await page.getByText(`${total.toLocaleString('en-GB')} in total`).waitFor()
  await page.getByLabel('Select all rows').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('button', { name: `Disable ${total.toLocaleString('en-GB')} tasks` }).click()
  await page.getByText(`${total.toLocaleString('en-GB')} tasks disabled.`).waitFor({ timeout: 60_000 })
  const disabled = () =>
    server.ask<{ total: number }>('GET', '/api/scheduler/tasks?status=disabled&limit=1').then((list) => list.total)
  expect(await disabled()).toBe(total)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undone.').waitFor({ timeout: 60_000 })
  expect(await disabled()).toBe(0)
})
