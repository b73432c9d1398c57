import { readFile } from 'node:fs/promises'
import { cleanUp, eventually, ServerProcess } from '@rota/testkit/cluster'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface, seriousFindings } from './browser.ts'

let server: ServerProcess

interface Total {
  total: number
}

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
  const task = (input: object) => server.ask('POST', '/api/scheduler/tasks', { type: 'shell', ...input })
  const every = { type: 'interval', every: 1, unit: 'seconds' }
  // Never skipped, however slow the machine is.
  const allowed = { concurrency: { overlap: 'allow' } }
  await task({ name: '=Heartbeat', group: 'probes', command: 'true', schedule: every, ...allowed })
  await task({
    name: 'Slow copy',
    group: 'files',
    command: 'sleep 30',
    schedule: every,
    concurrency: { overlap: 'skip' },
  })
  await task({ name: 'Nightly', group: 'files', command: 'true', schedule: { type: 'daily', times: ['02:00'] } })
  await eventually('something ran and something was skipped', 30_000, async () => {
    const of = (status: string) => server.ask<Total>('GET', `/api/scheduler/executions?status=${status}`)
    return (await of('success')).total > 2 && (await of('skipped')).total > 2
  })
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

test('the ledger tells why an instant was skipped, and the filter stands in the address', async () => {
  const { page, trouble } = await openInterface(server, '/timeline?tab=ledger')
  await page.getByRole('row').filter({ hasText: '=Heartbeat' }).first().waitFor()
  const filter = page.getByLabel('Filter', { exact: true })
  await filter.fill('outcome:skipped')
  await filter.press('Enter')
  await page.waitForURL(/outcome=skipped/)
  const row = page.getByRole('row').filter({ hasText: 'Slow copy' }).first()
  await row.getByText('The previous one was still running').waitFor()
  await expect.poll(() => page.getByRole('row').filter({ hasText: '=Heartbeat' }).count()).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  await page.goBack()
  await page.getByRole('row').filter({ hasText: '=Heartbeat' }).first().waitFor()
  expect(trouble).toEqual([])
})

test('the fleet has a lane per task, per group, and of one group alone', async () => {
  const { page, trouble } = await openInterface(server, '/timeline')
  await page.getByRole('button', { name: 'Slow copy' }).waitFor()
  await page.getByText('By group').click()
  await page.getByRole('button', { name: 'files', exact: true }).click()
  await page.waitForURL(/group=files/)
  await page.getByRole('button', { name: 'Nightly' }).waitFor()
  await expect.poll(() => page.getByRole('button', { name: '=Heartbeat' }).count()).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  expect(trouble).toEqual([])
})

test('the zoom of the fleet stands in the address, and Home leads back to now', async () => {
  const { page } = await openInterface(server, '/timeline')
  const ribbon = page.getByRole('application')
  await ribbon.focus()
  await page.keyboard.press('+')
  await page.waitForURL(/span=81000000/)
  await page.keyboard.press('Shift+ArrowLeft')
  await page.waitForURL(/at=\d+/)
  await page.keyboard.press('Home')
  await page.waitForURL((url) => !url.searchParams.has('at'))
})

test('what comes is a list, and a calendar of weeks and months', async () => {
  const { page, trouble } = await openInterface(server, '/timeline?tab=coming')
  await page.getByRole('row').filter({ hasText: '=Heartbeat' }).first().waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('tab', { name: 'Calendar' }).click()
  await page.getByText('Month', { exact: true }).click()
  await page.waitForURL(/period=month/)
  await page
    .getByRole('link', { name: /=Heartbeat/ })
    .first()
    .waitFor()
  expect(await seriousFindings(page)).toEqual([])
  expect(trouble).toEqual([])
})

test('statistics are charts, tables and files that no spreadsheet runs as formulas', async () => {
  const { page, trouble } = await openInterface(server, '/statistics')
  await page.getByRole('img', { name: 'Executions over time' }).locator('canvas').waitFor()
  await page.getByRole('button', { name: 'Show as a table: Executions over time' }).click()
  await page.getByRole('columnheader', { name: 'Success rate' }).first().waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export as CSV: Slowest tasks' }).click()
  const text = await readFile(await (await download).path(), 'utf8')
  expect(text).toMatch(/^\ufeffTask,Average duration,Executions\r\n/)
  expect(text).toContain("\r\n'=Heartbeat,")
  expect(await seriousFindings(page)).toEqual([])
  expect(trouble).toEqual([])
})

test('all of it is there in Chinese and on dark ground', async () => {
  const { page, trouble } = await openInterface(server, '/timeline', { language: 'zh', scheme: 'dark' })
  for (const tab of ['泳道', '台账', '预测', '日历']) await page.getByRole('tab', { name: tab }).click()
  await page.getByRole('link', { name: '统计' }).click()
  await page.getByText('最慢的任务').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  expect(trouble).toEqual([])
})
