import { createIds } from '@rota/core'
import { openSqliteStore } from '@rota/engine'
import { cleanUp, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBrowser, openInterface } from './browser.ts'

const COUNT = 100_000
const AT_ONCE = 1_000
let server: ServerProcess

const nameOf = (number: number) => `Task ${String(number).padStart(6, '0')}`
const groupOf = (number: number) => `fleet/${number % 40}`

/** One of them is made as people make tasks; the store then takes copies by the thousand. */
async function fill(dataDir: string): Promise<void> {
  const model = await new ServerProcess({ dataDir, env: { ROTA_EXAMPLES: 'false' } }).start()
  const { id } = await model.ask<{ id: string }>('POST', '/api/scheduler/tasks', {
    name: nameOf(0),
    group: groupOf(0),
    type: 'shell',
    command: 'true',
    schedule: { type: 'monthly', days: [1], times: ['02:00'] },
  })
  await model.stop()
  const store = await openSqliteStore({ folder: dataDir })
  const { seq: _, ...row } = (await store.tasks.byId(id, null))!
  const { body } = await store.kysely.selectFrom('schedule_rules').select('body').executeTakeFirstOrThrow()
  const { next_due_at: dueAt } = await store.kysely
    .selectFrom('schedules')
    .select('next_due_at')
    .executeTakeFirstOrThrow()
  const nextId = createIds(() => row.createdAt + 1)
  for (let from = 1; from < COUNT; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, COUNT - from) }, (_, at) => from + at)
    await store.tasks.insert(
      numbers.map((number) => ({
        row: { ...row, id: nextId(), name: nameOf(number), group: groupOf(number) },
        schedules: [{ ordinal: 0, body, next: () => dueAt }],
        keys: [],
      })),
    )
  }
  await store.close()
}

beforeAll(async () => {
  const dataDir = temporaryFolder()
  await fill(dataDir)
  server = await new ServerProcess({ dataDir, env: { ROTA_EXAMPLES: 'false' } }).start()
}, 300_000)

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

test('what a filter matches is found, chosen, seen beforehand, changed and changed back', async () => {
  const { page } = await openInterface(server, '/tasks?group=fleet/7')
  const total = COUNT / 40
  await page.getByText(`${total.toLocaleString('en-GB')} in all`).waitFor()
  await page.getByLabel('Select all rows').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('button', { name: `Disable ${total.toLocaleString('en-GB')} tasks` }).click()
  await page.getByText(`${total.toLocaleString('en-GB')} tasks disabled.`).waitFor({ timeout: 60_000 })
  const disabled = () =>
    server.ask<{ total: number }>('GET', '/api/scheduler/tasks?status=disabled&limit=1').then((list) => list.total)
  expect(await disabled()).toBe(total)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Taken back.').waitFor({ timeout: 60_000 })
  expect(await disabled()).toBe(0)
})
