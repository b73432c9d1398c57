import { cleanUp, eventually, ServerProcess } from '@rota/testkit/cluster'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface } from './browser.ts'

const TASKS = '/api/scheduler/tasks'
const EXECUTIONS = '/api/scheduler/executions'
let server: ServerProcess

interface Listed {
  total: number
  executions: { id: string; task_name: string; status: string }[]
}

const listed = (query: string) => server.ask<Listed>('GET', `${EXECUTIONS}?${query}`)

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
  for (const [name, command, times] of [
    ['Short', 'true', 3],
    ['Long', 'sleep 600', 2],
    ['Broken', 'exit 4', 1],
  ] as const) {
    const input = { name, type: 'shell', command, concurrency: { overlap: 'allow' } }
    const { id } = await server.ask<{ id: string }>('POST', TASKS, input)
    for (let run = 0; run < times; run++) await server.ask('POST', `${TASKS}/${id}/run`)
  }
  await eventually('the short ones have ended', 20_000, async () => (await listed('status=success,failed')).total === 4)
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

test('a header sorts executions, the longest first, and the address keeps it', async () => {
  const { page, trouble } = await openInterface(server, '/executions')
  await page.getByText('6 in total').waitFor()
  await page.getByRole('button', { name: 'Sort by Duration' }).click()
  await page.waitForURL(/sort=-duration/)
  await page.locator('[role=columnheader][aria-sort=descending]', { hasText: 'Duration' }).waitFor()
  await page.getByRole('button', { name: 'Sort by Task' }).click()
  await page.waitForURL(/sort=task_name/)
  await page.getByRole('row').nth(1).getByText('Broken').waitFor()
  expect(trouble).toEqual([])
})

test('text finds executions by their task, beside filters that are typed at once', async () => {
  const { page } = await openInterface(server, '/executions')
  const filter = page.getByRole('textbox', { name: 'Filter' })
  await filter.fill('short')
  await filter.press('Enter')
  await page.getByText('3 in total').waitFor()
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await filter.fill('status:success,failed broken')
  await filter.press('Enter')
  await page.getByText('1 in total').waitFor()
  expect(new URL(page.url()).search).toContain('q=broken')
})

test.each([
  ['en', 'Filter', '“5s” is not a lateness', 'late:>5s'],
  ['zh', '筛选', '“5s”不是有效的延迟', 'late:>5s'],
] as const)(
  'a lateness that is none is told what is right (%s), and a right one filters',
  async (language, label, wrong, right) => {
    const { page } = await openInterface(server, '/executions', { language })
    const filter = page.getByRole('textbox', { name: label })
    await filter.fill('late:5s')
    await filter.press('Enter')
    const message = page.getByText(wrong)
    await message.waitFor()
    expect(await message.innerText()).toContain(right)
    await filter.fill('late:>5s')
    await filter.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('late') === '>5s')
    await message.waitFor({ state: 'detached' })
  },
)

test('of chosen executions the living are cancelled, the others skipped, and both are told', async () => {
  const { page } = await openInterface(server, '/executions')
  await page.getByText('6 in total').waitFor()
  await eventually('both run', 20_000, async () => (await listed('status=running')).total === 2)
  await page.getByLabel('Select all rows').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Cancel' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('2 executions are cancelled.').waitFor()
  await dialog.getByText('4 are skipped: they have ended already.').waitFor()
  await dialog.getByRole('button', { name: 'Cancel 2 executions' }).click()
  await page.getByText('2 executions are being cancelled. 4 were skipped.').waitFor()
  await eventually('both are cancelled', 20_000, async () => (await listed('status=cancelled')).total === 2)
})

test('chosen executions run again', async () => {
  const { page } = await openInterface(server, '/executions?status=failed')
  await page.getByText('1 in total').waitFor()
  await page
    .getByRole('row', { name: /Broken/ })
    .getByLabel('Select this row')
    .check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Run again' }).click()
  await page.getByRole('dialog').getByText('1 execution runs again').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Run 1 again' }).click()
  await page.getByText('1 execution was started again.').waitFor()
  await eventually('it failed twice', 20_000, async () => (await listed('status=failed')).total === 2)
})
