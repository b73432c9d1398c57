import { cleanUp, ServerProcess } from '@rota/testkit/cluster'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBrowser, openInterface } from './browser.ts'

let server: ServerProcess

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
})

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

test('a tenant is made, looked at alone, which the frame says, filled, left, and disabled', async () => {
  const common = { type: 'shell', command: 'true', schedule: { type: 'none' } }
  await server.ask('POST', '/api/scheduler/tasks', { ...common, name: 'of nobody' })
  const { page, trouble } = await openInterface(server, '/access?tab=tenants')
  const look = () => page.getByRole('button', { name: /^Looking at: / })
  await page.getByText('No tenants yet').waitFor()
  // Where there are none, there is nothing to choose.
  expect(await look().count()).toBe(0)
  await page.getByRole('button', { name: 'New tenant' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('ID').fill('Big')
  await dialog.getByRole('button', { name: 'New tenant' }).click()
  // What the server refuses stands at its field.
  await dialog.getByText(/may hold small letters/).waitFor()
  await dialog.getByLabel('ID').fill('acme')
  await dialog.getByLabel('Name').fill('Acme Inc.')
  await dialog.getByRole('button', { name: 'New tenant' }).click()
  await page.getByRole('row', { name: /^Acme Inc\..*acme.*Active/ }).waitFor()

  await page.getByRole('button', { name: 'Looking at: All tenants' }).click()
  await page.getByRole('menuitem', { name: 'Acme Inc.' }).click()
  await page.getByRole('button', { name: 'Looking at: Acme Inc.' }).waitFor()
  await page.locator('[data-tenant]').waitFor()
  await page.goto(`${server.url}/access?tab=users`)
  await page.getByRole('button', { name: 'Add a user' }).click()
  await page.getByRole('dialog').getByLabel('User name').fill('ada')
  await page.getByRole('dialog').getByLabel('By a link').uncheck()
  await page.getByRole('dialog').getByLabel('Initial password').fill('an unguessable one')
  await page.getByRole('dialog').getByRole('button', { name: 'Add a user' }).click()
  await page.getByRole('row', { name: /^ada/ }).waitFor()
  expect(await page.getByRole('row', { name: /^admin/ }).count()).toBe(0)
  await page.goto(`${server.url}/tasks`)
  await page.getByRole('button', { name: 'Looking at: Acme Inc.' }).waitFor()
  expect(await page.getByText('of nobody').count()).toBe(0)

  await page.getByRole('button', { name: 'Looking at: Acme Inc.' }).click()
  await page.getByRole('menuitem', { name: 'All tenants' }).click()
  await page.getByRole('button', { name: 'Looking at: All tenants' }).waitFor()
  expect(await page.locator('[data-tenant]').count()).toBe(0)
  await page.goto(`${server.url}/access?tab=users`)
  await page.getByRole('row', { name: /^acme\/ada/ }).waitFor()
  await page.goto(`${server.url}/access?tab=tenants`)
  await page.getByRole('row', { name: /^Acme/ }).getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('row', { name: /^Acme.*Disabled/ }).waitFor()
  const made = await server.api('POST', '/api/auth/login', { username: 'acme/ada', password: 'an unguessable one' })
  expect(made.status).toBe(401)
  expect(trouble).toEqual([])
})
