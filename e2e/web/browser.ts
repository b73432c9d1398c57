import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ServerProcess } from '@rota/testkit/cluster'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** Debian's, or what the environment names. */
const CHROMIUM = process.env.ROTA_TEST_CHROMIUM ?? '/usr/bin/chromium'
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
export const ADMIN_PASSWORD = 'e2e horse battery staple'

export interface Look {
  language?: 'en' | 'zh'
  scheme?: 'light' | 'dark'
  width?: number
}

let browser: Browser | undefined

/** A page of its own, with cookies of its own. What goes wrong in its console is kept in `trouble`. */
export async function openPage({ language = 'en', scheme = 'light', width = 1440 }: Look = {}) {
  if (!existsSync(CHROMIUM)) throw new Error(`No browser at ${CHROMIUM}: apt-get install chromium fonts-noto-cjk`)
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const trouble: string[] = []
  page.on('pageerror', (error) => trouble.push(`${error.message}\n${error.stack}`))
  page.on('console', (message) => {
    // A browser reports every 401 itself; the first question of the page is answered by one.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) trouble.push(message.text())
  })
  return { page, context, trouble }
}

export async function closeBrowser(): Promise<void> {
  await browser?.close()
  browser = undefined
}

/** Signs in by hand, as a person does; the page stays where it was. */
export async function signIn(page: Page, password = ADMIN_PASSWORD): Promise<void> {
  await page.locator('input[autocomplete=username]').fill('admin')
  await page.locator('input[autocomplete=current-password]').fill(password)
  await page.keyboard.press('Enter')
}

/** A page of the interface, signed in. */
export async function openInterface(server: ServerProcess, path = '/', look: Look = {}) {
  const opened = await openPage(look)
  await opened.page.goto(`${server.url}${path}`)
  await signIn(opened.page)
  await opened.page.locator('#content').waitFor()
  return opened
}

/** A further page of the same browser profile. */
export async function anotherPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  await page.locator('#content').waitFor()
  return page
}

const AXE = new URL(import.meta.resolve('axe-core/axe.min.js'))

/** Findings of axe that are serious or worse, as lines that say what and where. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Given as a function's text: the page's content policy lets no inline script in.
  await page.evaluate(await readFile(AXE, 'utf8'))
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    ).axe.run()
    interface Violation {
      id: string
      impact: string
      help: string
      nodes: { html: string; failureSummary: string }[]
    }
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary}`),
      )
  })
}
