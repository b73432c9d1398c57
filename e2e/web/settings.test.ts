import { cleanUp, ServerProcess } from '@rota/testkit/cluster'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface, openPage } from './browser.ts'

let server: ServerProcess

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

const asked = async (path: string, token: string) =>
  (await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status

test('a token is shown once, may what it says, and is refused from when it is revoked', async () => {
  const { page, trouble } = await openInterface(server, '/settings?tab=tokens')
  await page.getByRole('button', { name: 'New token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('ci')
  await dialog.getByRole('button', { name: 'New token' }).click()
  await dialog.getByText('This token is shown only once. Copy it now.').waitFor()
  const token = (await dialog.locator('code').textContent())!
  expect(await asked('/api/scheduler/tasks', token)).toBe(200)
  // It has the first scope only.
  expect(await asked('/api/scheduler/users', token)).toBe(403)
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
  await page.getByRole('row', { name: /^ci/ }).getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('ci was revoked.').waitFor()
  expect(await asked('/api/scheduler/tasks', token)).toBe(401)
  expect(await page.content()).not.toContain(token)
  expect(trouble).toEqual([])
})

test('a new user signs in with a password of their own, sees what their role may, and is shut out again', async () => {
  const { page, trouble } = await openInterface(server, '/access')
  await page.getByRole('button', { name: 'Add a user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('User name').fill('ann')
  await dialog.getByLabel('By a link').uncheck()
  await dialog.getByLabel('Initial password').fill('short')
  await dialog.getByRole('button', { name: 'Add a user' }).click()
  // What the server refuses stands at its field, and what was typed stays.
  await dialog.getByText(/at least \d+ characters/).waitFor()
  await dialog.getByLabel('Initial password').fill('first horse battery')
  await dialog.getByRole('button', { name: 'Add a user' }).click()
  await page.getByText('ann was added.').waitFor()

  const other = await openPage()
  await other.page.goto(`${server.url}/tasks`)
  await other.page.locator('input[autocomplete=username]').fill('ann')
  await other.page.locator('input[autocomplete=current-password]').fill('first horse battery')
  await other.page.keyboard.press('Enter')
  await other.page.getByRole('heading', { name: 'Choose your own password' }).waitFor()
  await other.page.locator('input[autocomplete=current-password]').fill('first horse battery')
  for (const field of await other.page.locator('input[autocomplete=new-password]').all()) {
    await field.fill('second horse battery')
  }
  await other.page.getByRole('button', { name: 'Change password' }).click()
  await other.page.getByRole('heading', { name: 'Tasks', exact: true }).waitFor()
  // A viewer is offered nothing that would be refused.
  expect(await other.page.getByText('New task').count()).toBe(0)
  await other.page.goto(`${server.url}/tasks/new`)
  await other.page.getByText('Your role can view tasks but not change them.').waitFor()

  await page.getByRole('button', { name: 'More: ann' }).click()
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await page.getByText('Saved.').waitFor()
  await other.page.reload()
  await other.page.locator('input[autocomplete=username]').waitFor()
  expect(trouble).toEqual([])
})

test('system and configuration say what is in force, and no secret', async () => {
  const { page } = await openInterface(server, '/settings?tab=system')
  await page.getByText('One server').waitFor()
  await page.getByText('this one').waitFor()
  await page.getByRole('tab', { name: 'Configuration' }).click()
  await page.getByLabel('Find a setting').fill('examples')
  await page.getByRole('row', { name: /examples.*false/ }).waitFor()
  expect(await page.locator('body').innerText()).not.toContain('e2e horse battery staple')
})
