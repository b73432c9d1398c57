import { cleanUp, ServerProcess } from '@rota/testkit/cluster'
import { CLIENT, startOidcProvider, type TestProvider, totpAt } from '@rota/testkit/providers'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface, openPage, seriousFindings, signIn } from './browser.ts'

const CHOSEN = 'a lantern of my own'
let idp: TestProvider
let server: ServerProcess

beforeAll(async () => {
  idp = await startOidcProvider()
  const provider = {
    ...{ id: 'idp', name: 'Company', issuer: idp.issuer, client_id: CLIENT.id, client_secret: CLIENT.secret },
    roles: [{ group: 'staff', role: 'editor' }],
  }
  server = await new ServerProcess({ env: { ROTA_AUTH_OIDC: JSON.stringify([provider]) } }).start()
  idp.serve(server.url)
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
  await idp.stop()
})

/** What a person does at the provider's own pages. */
async function passProvider(page: Page, person: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in with Company' }).click()
  await page.locator('input[name=login]').fill(person)
  await page.locator('input[name=password]').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('a person signs in with a provider, lands where one wanted to go, and is signed out from there', async () => {
  idp.people.set('p-1', { preferred_username: 'ada', name: 'Ada Lovelace', groups: ['staff'] })
  const { page, context, trouble } = await openPage()
  await page.goto(`${server.url}/executions?status=failed`)
  await passProvider(page, 'p-1')
  await page.getByRole('heading', { name: 'Executions', exact: true }).waitFor()
  expect(new URL(page.url()).search).toBe('?status=failed')
  const cookies = await context.cookies(server.url)
  expect(cookies.filter(({ name }) => name.startsWith('rota_'))).toEqual([
    expect.objectContaining({ name: 'rota_session', httpOnly: true, sameSite: 'Strict' }),
  ])
  await page.goto(`${server.url}/settings`)
  await page.getByText('Your account signs in with oidc:idp').waitFor()
  // The provider tells the server itself that its session is over.
  await page.goto(`${idp.issuer}/session/end`)
  await page.getByRole('button', { name: 'Yes, sign me out' }).click()
  await page.waitForURL(/session\/end\/success/)
  await page.goto(server.url)
  await page.getByRole('link', { name: 'Sign in with Company' }).waitFor()
  expect(trouble).toEqual([])
})

test('why a sign-in with a provider failed is said on the page, once, and passwords go on', async () => {
  idp.people.set('p-2', { preferred_username: 'bob', groups: { no: 'list' } })
  const { page } = await openPage({ width: 390 })
  await page.goto(server.url)
  await passProvider(page, 'p-2')
  await page.getByRole('alert').getByText('The claim groups of the provider is no list of names').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.reload()
  await page.locator('input[autocomplete=username]').waitFor()
  expect(await page.getByRole('alert').getByText('claim groups').count()).toBe(0)
  await signIn(page)
  await page.locator('#content').waitFor()
})

test('an invited person chooses a password by the link, sets up a second factor, and is asked for it', async () => {
  const { page: boss } = await openInterface(server, '/access')
  await boss.getByRole('button', { name: 'Add a user' }).click()
  await boss.getByLabel('User name').fill('carol')
  await boss.getByRole('dialog').getByRole('button', { name: 'Add a user' }).click()
  const link = await boss.getByRole('dialog').locator('code').innerText()
  expect(await seriousFindings(boss)).toEqual([])
  await boss.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()
  await boss.getByRole('row', { name: /carol/ }).getByText('Invited').waitFor()

  const { page, context } = await openPage()
  await page.goto(link)
  await page.getByText('You are carol here.').waitFor()
  expect(page.url()).toBe(`${server.url}/invite`)
  for (const at of [0, 1]) await page.locator('input[autocomplete=new-password]').nth(at).fill(CHOSEN)
  await page.getByRole('button', { name: 'Set password and sign in' }).click()
  await page.locator('#content').waitFor()

  await page.goto(`${server.url}/settings`)
  await page.getByRole('button', { name: 'Set up', exact: true }).click()
  await page.getByRole('img', { name: 'QR code of the secret' }).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  const secret = (await page.getByRole('dialog').locator('code').innerText()).replaceAll(' ', '')
  await page.getByRole('textbox', { name: 'Code' }).fill(totpAt(secret, Date.now()))
  await page.getByRole('dialog').locator('input[autocomplete=current-password]').fill(CHOSEN)
  await page.getByRole('button', { name: 'Turn on' }).click()
  const codes = (await page.getByRole('dialog').locator('pre').innerText()).split('\n')
  expect(codes).toHaveLength(10)
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes are left').waitFor()

  await context.clearCookies()
  await page.goto(server.url)
  await page.locator('input[autocomplete=username]').fill('carol')
  await page.locator('input[autocomplete=current-password]').fill(CHOSEN)
  await page.keyboard.press('Enter')
  await page.locator('input[autocomplete=one-time-code]').fill(codes[0]!)
  await page.keyboard.press('Enter')
  await page.locator('#content').waitFor()
  await page.goto(`${server.url}/settings`)
  await page.getByText('9 recovery codes are left').waitFor()
})
