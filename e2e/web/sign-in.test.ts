import { cleanUp, ServerProcess } from '@rota/testkit/cluster'
import type { Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ADMIN_PASSWORD, closeBrowser, closePages, openInterface, openPage, signIn } from './browser.ts'

let server: ServerProcess

beforeAll(async () => {
  server = await new ServerProcess().start()
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

test('the first sign-in asks for a password of one’s own before anything else', async () => {
  const fresh = await new ServerProcess({ ownPassword: true }).start()
  const { page, trouble } = await openPage()
  await page.goto(`${fresh.url}/executions`)
  await signIn(page, fresh.oneTimePassword)
  const [next, again] = [0, 1].map((at) => page.locator('input[autocomplete=new-password]').nth(at)) as [
    Locator,
    Locator,
  ]
  await page.getByRole('heading', { name: 'Choose your own password' }).waitFor()
  await page.locator('input[autocomplete=current-password]').fill(fresh.oneTimePassword)
  await next.fill('short')
  await again.fill('short')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText(/at least 12 characters/).waitFor()
  await next.fill('a much longer password')
  await again.fill('a much longer passwort')
  await page.getByText('The two new passwords differ.').waitFor()
  await again.fill('a much longer password')
  await page.getByRole('button', { name: 'Change password' }).click()
  // One lands where one wanted to go.
  await page.getByRole('heading', { name: 'Executions', exact: true }).waitFor()
  expect(trouble).toEqual([])
})

test('a wrong password is said to be wrong, and what was typed stays', async () => {
  const { page } = await openPage()
  await page.goto(server.url)
  await signIn(page, 'not the password')
  await page.getByRole('alert').getByText('User name or password is wrong.').waitFor()
  expect(await page.locator('input[autocomplete=username]').inputValue()).toBe('admin')
  await page.locator('input[autocomplete=current-password]').fill(ADMIN_PASSWORD)
  await page.keyboard.press('Enter')
  await page.locator('#content').waitFor()
})

test('no script can read what the session stands on', async () => {
  const { page, context } = await openInterface(server)
  const cookies = await context.cookies()
  expect(cookies).toEqual([expect.objectContaining({ name: 'rota_session', httpOnly: true, sameSite: 'Strict' })])
  const readable = await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })')
  expect(readable).not.toMatch(/rts_|rtr_|eyJ/)
})

test('a session that ends loses no form: one signs in over it and goes on', async () => {
  const { page, context } = await openInterface(server, '/settings?tab=tokens')
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByLabel('Name').fill('deploy robot')
  await context.clearCookies()
  await page.getByRole('dialog').getByRole('button', { name: 'New token' }).click()
  const again = page.getByRole('dialog').filter({ hasText: 'Your session has ended' })
  await again.waitFor()
  await again.locator('input[autocomplete=current-password]').fill(ADMIN_PASSWORD)
  await page.keyboard.press('Enter')
  await again.waitFor({ state: 'hidden' })
  expect(await page.getByLabel('Name').inputValue()).toBe('deploy robot')
  await page.getByRole('dialog').getByRole('button', { name: 'New token' }).click()
  await page.getByText('This token is shown only once.').waitFor()
})

test('signing out leaves nothing behind', async () => {
  const { page, context } = await openInterface(server)
  await page.getByRole('button', { name: 'Signed in as admin' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.locator('input[autocomplete=username]').waitFor()
  expect(await context.cookies()).toEqual([])
})
