import { cleanUp, ServerProcess } from '@rota/testkit/cluster'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBrowser, openInterface, openPage } from './browser.ts'

let server: ServerProcess

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
})

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

test('a role is made, given to a user group for a group of tasks, explained, and taken back', async () => {
  const eve = { username: 'eve', password: 'an unguessable one', role: 'none' }
  await server.ask('POST', '/api/scheduler/users', eve)
  const { page, trouble } = await openInterface(server, '/access?tab=roles')
  await page.getByRole('button', { name: 'New role' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('runner')
  await page.getByRole('dialog').getByRole('group', { name: 'Tasks' }).getByLabel('run').check()
  await page.getByRole('dialog').getByRole('button', { name: 'New role' }).click()
  await page.getByText('Role runner created.').waitFor()
  await page.getByRole('row', { name: /^runner.*view, run/ }).waitFor()

  await page.getByRole('tab', { name: 'User groups' }).click()
  await page.getByRole('button', { name: 'New user group' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('dba')
  await page.getByRole('dialog').getByRole('button', { name: 'New user group' }).click()
  await page.getByRole('row', { name: /^dba/ }).getByRole('button', { name: 'Members' }).click()
  await page.getByRole('combobox', { name: 'Add a member' }).click()
  await page.getByRole('option', { name: 'eve' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('tab', { name: 'Grants' }).click()
  await page.getByRole('combobox', { name: 'User', exact: true }).click()
  await page.getByRole('option', { name: 'eve' }).click()
  await page.getByText('eve may not.').waitFor()
  await page.getByRole('button', { name: 'New grant' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Given to' }).click()
  await page.getByRole('option', { name: 'dba' }).click()
  await dialog.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: 'runner' }).click()
  await dialog.getByRole('combobox', { name: 'Group' }).fill('/backup')
  await dialog.getByRole('button', { name: 'New grant' }).click()
  // What the server refuses stands at its field.
  await dialog.getByText(/written as groups are/).waitFor()
  await dialog.getByRole('combobox', { name: 'Group' }).fill('backup')
  await dialog.getByRole('button', { name: 'New grant' }).click()
  await page.getByRole('row', { name: /^dba.*runner.*Group backup and below/ }).waitFor()
  await page.getByRole('textbox', { name: 'In group' }).fill('backup/nightly')
  await page.getByText('eve may.').waitFor()
  await page.getByText('runner · Group backup and below (by way of dba)').waitFor()

  await page
    .getByRole('row', { name: /^dba.*never/ })
    .getByRole('button', { name: 'Change the end' })
    .click()
  await page.getByRole('dialog').getByLabel('Ends').fill('2020-01-01T08:00')
  await page.getByRole('dialog').getByRole('button', { name: 'Change the end' }).click()
  await page.getByRole('dialog').getByText('must be in the future').waitFor()
  await page.getByRole('dialog').getByLabel('Ends').fill('2099-01-01T08:00')
  await page.getByRole('dialog').getByRole('button', { name: 'Change the end' }).click()
  await page.getByRole('row', { name: /^dba(?!.*never).*Change the end/ }).waitFor()

  await page.getByRole('row', { name: /^dba/ }).getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No grants yet').waitFor()
  await page.getByText('eve may not.').waitFor()
  expect(trouble).toEqual([])
})

test('a grant is given to a token, which says that it holds nothing else', async () => {
  await server.ask('POST', '/api/scheduler/tokens', { name: 'pipeline' })
  const { page, trouble } = await openInterface(server, '/access?tab=grants')
  await page.getByRole('button', { name: 'New grant' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Given to' }).click()
  await page.getByRole('option', { name: 'pipeline (admin)' }).click()
  await dialog.getByText('holds only what is granted to it').waitFor()
  await dialog.getByRole('combobox', { name: 'Group' }).fill('backup')
  await dialog.getByRole('button', { name: 'New grant' }).click()
  await page.getByRole('row', { name: /^pipeline.*API token.*Group backup and below/ }).waitFor()
  await page.goto(`${server.url}/settings?tab=tokens`)
  await page.getByRole('row', { name: /^pipeline.*only what is granted to it/ }).waitFor()
  expect(trouble).toEqual([])
})

test('who may edit in one group is offered that there and not elsewhere, and a task says who may do what', async () => {
  const password = 'an unguessable two'
  await server.ask('POST', '/api/scheduler/users', { username: 'fay', password, role: 'viewer' })
  const subject = { kind: 'user', id: 'fay' }
  await server.ask('POST', '/api/scheduler/grants', { subject, role: 'editor', scope: { kind: 'group', id: 'own' } })
  const task = async (name: string, group: string) =>
    (await server.ask('POST', '/api/scheduler/tasks', { name, group, type: 'shell', command: 'true' })) as {
      id: string
    }
  const [own, other] = [await task('mine', 'own/night'), await task('theirs', 'other')]
  const { page } = await openPage()
  await page.goto(`${server.url}/tasks/${own.id}`)
  await page.locator('input[autocomplete=username]').fill('fay')
  await page.locator('input[autocomplete=current-password]').fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Run now' }).waitFor()
  await page.goto(`${server.url}/tasks/${other.id}`)
  await page.getByRole('heading', { name: 'theirs' }).waitFor()
  expect(await page.getByRole('button', { name: 'Run now' }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'Access' }).count()).toBe(0)

  const { page: admin } = await openInterface(server, `/tasks/${own.id}`)
  await admin.getByRole('button', { name: 'More' }).click()
  await admin.getByRole('menuitem', { name: 'Who may do what' }).click()
  await admin.getByRole('row', { name: /^fay.*view, run, edit, delete.*Editor · Group own and below/ }).waitFor()
  await admin.getByRole('row', { name: /^admin.*manage.*role of the account/ }).waitFor()
})
