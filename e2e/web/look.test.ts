import { cleanUp, ServerProcess } from '@rota/testkit/cluster'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface, openPage, seriousFindings, visit } from './browser.ts'
import { fillServer, pagesOf } from './sample.ts'

let server: ServerProcess
let pages: Awaited<ReturnType<typeof pagesOf>>

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
  await fillServer(server)
  pages = await pagesOf(server)
})

afterEach(closePages)

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

// Each page is looked at in both languages and both schemes, in two of the four pairs.
test('axe finds nothing serious on any page in light colours', async () => {
  const { page, trouble } = await openInterface(server)
  const findings: string[] = []
  for (const { name, path } of pages) {
    await visit(page, `${server.url}${path}`)
    findings.push(...(await seriousFindings(page)).map((finding) => `${name}: ${finding}`))
  }
  expect(findings).toEqual([])
  expect(trouble).toEqual([])
})

test('nor in dark ones, and on Chinese pages no key and no English word of the interface is left', async () => {
  const { page, trouble } = await openInterface(server, '/', { language: 'zh', scheme: 'dark' })
  const findings: string[] = []
  const left: string[] = []
  for (const { name, path } of pages) {
    await visit(page, `${server.url}${path}`)
    findings.push(...(await seriousFindings(page)).map((finding) => `${name}: ${finding}`))
    // The configuration shows the names of settings, which look like keys.
    if (name !== 'settings-config') left.push(...(await untranslated(page)).map((text) => `${name}: ${text}`))
  }
  expect(findings).toEqual([])
  expect(left).toEqual([])
  expect(trouble).toEqual([])
})

test.each(['light', 'dark'] as const)('nor on the page that asks who one is, in %s colours', async (scheme) => {
  const { page } = await openPage({ scheme })
  await page.goto(server.url)
  await page.locator('h1').waitFor()
  expect(await seriousFindings(page)).toEqual([])
})

async function untranslated(page: Page): Promise<string[]> {
  const text = await page.locator('body').innerText()
  // A key that has no words is shown as it is: `tasks.columns.name`.
  const keys = (text.match(/\b(?:[a-z]+[A-Z]?[a-z]*\.){1,3}[a-z]+[A-Za-z]*\b/g) ?? []).filter(isKey)
  const words = ['Loading', 'Cancel', 'Save', 'Delete', 'Filter', 'Settings', 'Tasks', 'Running', 'Failed']
  return [...keys, ...words.filter((word) => new RegExp(`\\b${word}\\b`).test(text))]
}

const FEATURES = [
  'actions',
  'nav',
  'top',
  'outcome',
  'table',
  'filter',
  'task',
  'tasks',
  'editor',
  'execution',
  'log',
  'overview',
  'schedule',
]

function isKey(text: string): boolean {
  return FEATURES.includes(text.split('.')[0]!)
}

test('language and colours are switched in place and stay for the next visit', async () => {
  const { page } = await openInterface(server, '/settings')
  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByRole('menuitem', { name: '中文' }).click()
  await page.getByRole('heading', { name: '设置' }).waitFor()
  await page.getByRole('button', { name: '配色' }).click()
  await page.getByRole('menuitem', { name: '深色' }).click()
  await page.reload()
  await page.getByRole('heading', { name: '设置' }).waitFor()
  const root = page.locator('html')
  expect(await root.getAttribute('lang')).toBe('zh-CN')
  expect(await root.getAttribute('data-mantine-color-scheme')).toBe('dark')
})

test('the palette finds a task by its name and opens it, by keys alone', async () => {
  const { page } = await openInterface(server)
  await page.keyboard.press('Control+K')
  await page.getByRole('combobox').fill('Nightly')
  await page.getByRole('option', { name: /Open “Nightly database backup”/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /Nightly database backup/ }).waitFor()
})
