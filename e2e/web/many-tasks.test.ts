import { createLogger, createServer, loadConfig } from '@rota/server'
import { cleanUp, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBrowser, openInterface } from './browser.ts'

const COUNT = 100_000
const AT_ONCE = 500
let server: ServerProcess

const nameOf = (number: number) => `Task ${String(number).padStart(6, '0')}`

/** Made by the engine itself, without a hundred thousand requests; then the server is started on them. */
async function fill(folder: string): Promise<void> {
  const { config } = loadConfig({ data: folder, port: 0, set: { examples: 'false' } }, {}, folder)
  const filling = await createServer(config, {
    logger: createLogger('silent'),
    adminPassword: 'e2e horse battery staple',
  })
  await filling.start()
  for (let from = 0; from < COUNT; from += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) =>
        filling.engine.tasks.create(
          { name: 'admin', tenantId: null },
          {
            name: nameOf(from + at),
            group: `fleet/${(from + at) % 40}`,
            type: 'shell',
            command: 'true',
            schedule: { type: 'monthly', days: [1 + ((from + at) % 28)], times: ['02:00'] },
          },
        ),
      ),
    )
  }
  await filling.stop({ graceMs: 0 })
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
