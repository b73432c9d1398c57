import { cleanUp, ServerProcess } from '@rota/testkit/cluster'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeBrowser, openInterface, openPage, seriousFindings } from './browser.ts'
import { fillServer, pagesOf } from './sample.ts'

let server: ServerProcess
let pages: Awaited<ReturnType<typeof pagesOf>>

beforeAll(async () => {
  server = await new ServerProcess({ env: { ROTA_EXAMPLES: 'false' } }).start()
  await fillServer(server)
  pages = await pagesOf(server)
})

afterAll(async () => {
  await closeBrowser()
  await cleanUp()
})

/** Waits until the page has drawn its heading and asked for what it shows. */
async function visit(page: Page, path: string): Promise<void> {
  await page.goto(`${server.url}${path}`)
  await page.locator('h1').first().waitFor()
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
}

describe.each(['light', 'dark'] as const)('in %s colours', (scheme) => {
  test('axe finds nothing serious on any page', async () => {
    const { page, trouble } = await openInterface(server, '/', { scheme })
    const findings: string[] = []
    for (const { name, path } of pages) {
      await visit(page, path)
      findings.push(...(await seriousFindings(page)).map((finding) => `${name}: ${finding}`))
    }
    expect(findings).toEqual([])
    expect(trouble).toEqual([])
  })

  test('nor on the page that asks who one is', async () => {
    const { page } = await openPage({ scheme })
    await page.goto(server.url)
    await page.locator('h1').waitFor()
    expect(await seriousFindings(page)).toEqual([])
  })
})

test('on Chinese pages no key and no English word of the interface is left', async () => {
  const { page } = await openInterface(server, '/', { language: 'zh' })
  const left: string[] = []
  // The configuration shows the names of settings, which look like keys.
  for (const { name, path } of pages.filter((each) => each.name !== 'settings-config')) {
    await visit(page, path)
    const text = await page.locator('body').innerText()
    // A key that has no words is shown as it is: `tasks.columns.name`.
    left.push(
      ...(text.match(/\b(?:[a-z]+[A-Z]?[a-z]*\.){1,3}[a-z]+[A-Za-z]*\b/g) ?? [])
        .filter(isKey)
        .map((key) => `${name}: ${key}`),
    )
    for (const word of ['Loading', 'Cancel', 'Save', 'Delete', 'Filter', 'Settings', 'Tasks', 'Running', 'Failed']) {
      if (new RegExp(`\\b${word}\\b`).test(text)) left.push(`${name}: ${word}`)
    }
  }
  expect(left).toEqual([])
})

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
