import { existsSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

const PHONE = 640

export interface Look {
  language?: 'en' | 'zh'
  scheme?: 'light' | 'dark'
  /** Of the window, CSS pixels; below 641 it is touched, as a phone is. */
  width?: number
}

let browser: Browser | undefined
const contexts = new Set<BrowserContext>()
/** Who has signed in at a server, by its address: scrypt takes its time, and a form is filled in often enough. */
const sessions = new Map<string, Cookies>()
type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>

/** A page of its own, with cookies of its own. What goes wrong in its console is kept in `trouble`. */
export async function openPage({ language = 'en', scheme = 'light', width = 1440 }: Look = {}) {
  if (!existsSync(CHROMIUM)) throw new Error(`No browser at ${CHROMIUM}: apt-get install chromium fonts-noto-cjk`)
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  const context = await browser.newContext({
    viewport: { width, height: width <= PHONE ? 844 : 900 },
    hasTouch: width <= PHONE,
    isMobile: width <= PHONE,
    colorScheme: scheme,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    reducedMotion: 'reduce',
  })
  contexts.add(context)
  const page = await context.newPage()
  const trouble: string[] = []
  page.on('pageerror', (error) => trouble.push(`${error.message}\n${error.stack}`))
  page.on('console', (message) => {
    // A browser reports every 401 itself; the first question of the page is answered by one.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) trouble.push(message.text())
  })
  return { page, context, trouble }
}

/**
 * To be called after each test: a page that is left open hears of everything, and draws it. What a failed test saw is
 * kept as a picture.
 */
export async function closePages({ task }: { task: { name: string; result?: { state: string } } }): Promise<void> {
  if (task.result?.state === 'fail') await keepPictures(task.name)
  await Promise.all([...contexts].map((context) => context.close()))
  contexts.clear()
}

async function keepPictures(name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rota-e2e-'))
  const pages = [...contexts].flatMap((context) => context.pages())
  for (const [number, page] of pages.entries()) {
    const path = join(folder, `${number}.png`)
    await page.screenshot({ path, timeout: 5_000 }).catch(() => {})
    console.error(`${name}: ${page.url()} looked like ${path}`)
  }
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

/** A page of the interface, signed in: the first time at a server by hand. */
export async function openInterface(server: ServerProcess, path = '/', look: Look = {}) {
  const opened = await openPage(look)
  const { page, context } = opened
  const content = page.locator('#content')
  const form = page.locator('input[autocomplete=username]')
  await context.addCookies(sessions.get(server.url) ?? [])
  await page.goto(`${server.url}${path}`)
  await content.or(form).first().waitFor()
  if (await form.isVisible()) {
    await signIn(page)
    await content.waitFor()
    sessions.set(server.url, await context.cookies())
  }
  return opened
}

/** Goes there, and waits until the page has drawn its heading and what it shows. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.locator('h1').first().waitFor()
  await page.locator('.mantine-Skeleton-root, [data-placeholder]').first().waitFor({ state: 'detached' })
}

/** A further page of the same browser profile. */
export async function anotherPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  await page.locator('#content').waitFor()
  return page
}

const AXE = new URL(import.meta.resolve('axe-core/axe.min.js'))

/**
 * Findings of axe that are serious or worse, as lines that say what and where. Text in the very colour it stands on is
 * one: axe takes it for hidden on purpose, and only says that it could not tell.
 */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Given as a function's text: the page's content policy lets no inline script in.
  await page.evaluate(await readFile(AXE, 'utf8'))
  return page.evaluate(async () => {
    const { violations, incomplete } = await (
      globalThis as unknown as { axe: { run(): Promise<Record<'violations' | 'incomplete', Violation[]>> } }
    ).axe.run()
    interface Violation {
      id: string
      impact: string
      help: string
      nodes: { html: string; failureSummary: string; any: { data: { messageKey?: string } | null }[] }[]
    }
    const invisible = incomplete.map((finding) => ({
      ...finding,
      nodes: finding.nodes.filter(({ any }) => any.some(({ data }) => data?.messageKey === 'equalRatio')),
    }))
    return [...violations, ...invisible]
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary}`),
      )
  })
}
