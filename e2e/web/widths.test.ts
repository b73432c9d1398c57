import { cleanUp, ServerProcess } from '@rota/testkit/cluster'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBrowser, closePages, openInterface, seriousFindings, visit } from './browser.ts'
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

/** What stands out of the window at the right, or makes the page wider than it. As text: it is the page that runs it. */
const OVERFLOW = `(() => {
  const content = document.querySelector('#content')
  const found = []
  if (document.documentElement.scrollWidth > innerWidth) found.push('page ' + document.documentElement.scrollWidth)
  if (content.scrollWidth > content.clientWidth) found.push('content ' + content.scrollWidth + ' > ' + content.clientWidth)
  for (const each of document.querySelectorAll('h1, button, a[href], input')) {
    const box = each.getBoundingClientRect()
    const scrolls = each.closest('[role=table], table, pre, [class*=views], [role=tablist], .mantine-ScrollArea-root')
    if (box.width > 0 && box.right > innerWidth + 1 && scrolls === null) found.push(each.outerHTML.slice(0, 160))
  }
  return found
})()`

test.each([390, 768, 1024, 1440])(
  'at %i px every page fits: nothing is off-screen, nothing scrolls sideways',
  async (width) => {
    const { page, trouble } = await openInterface(server, '/', { width, language: width === 768 ? 'zh' : 'en' })
    const findings: string[] = []
    for (const { name, path } of pages) {
      await visit(page, `${server.url}${path}`)
      findings.push(...((await page.evaluate(OVERFLOW)) as string[]).map((what) => `${name}: ${what}`))
      if (width === 390) findings.push(...(await seriousFindings(page)).map((what) => `${name}: ${what}`))
    }
    expect(findings).toEqual([])
    expect(trouble).toEqual([])
  },
)

/** Columns that do not fit, and what of states, groups and instants is cut off. As text: it is the page that runs it. */
const CUT = `(() => {
  const [head, ...rows] = document.querySelectorAll('[role=table] [role=row]')
  const scroller = head.closest('[role=table]').parentElement
  const found = scroller.scrollWidth > scroller.clientWidth ? ['scrolls sideways'] : []
  const columns = [...head.children].map((each) => each.innerText.trim())
  const whole = ['State', 'Status', 'Group', 'Next run', 'Last run', 'Due', '状态', '分组', '下次执行', '上次执行', '应触发时间']
  for (const row of rows) {
    for (const [at, cell] of [...row.children].entries()) {
      const isCut = whole.includes(columns[at]) && cell.scrollWidth > cell.clientWidth
      if (isCut) found.push(columns[at] + ': ' + cell.innerText)
    }
  }
  return found
})()`

test.each([
  [1024, 'en'],
  [1101, 'zh'],
  [1241, 'en'],
  [1440, 'zh'],
] as const)('at %i px (%s) a list leaves out columns rather than cutting them short', async (width, language) => {
  const { page, trouble } = await openInterface(server, '/', { width, language })
  for (const path of ['/tasks', '/executions', '/nodes']) {
    await visit(page, `${server.url}${path}`)
    await page.getByRole('row').nth(5).waitFor()
    expect(await page.evaluate(CUT), path).toEqual([])
    expect(await seriousFindings(page), path).toEqual([])
  }
  expect(trouble).toEqual([])
})

test('a task without a schedule says so where others say when', async () => {
  const { page } = await openInterface(server, '/tasks', { width: 1024 })
  await page.getByRole('row').filter({ hasText: 'Import of orders' }).getByText('By hand only').waitFor()
})

test('on a phone one gets from the overview to the log of a failure, runs it again, and pauses its task', async () => {
  const { page, trouble } = await openInterface(server, '/', { width: 390 })
  await page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Executions' }).tap()
  await page.getByRole('button', { name: 'Failed', exact: true }).tap()
  await page.getByRole('row').filter({ hasText: 'Price sync' }).first().tap()
  await page.getByRole('link', { name: 'Open the page' }).tap()
  const log = page.getByRole('log')
  await log.getByText('ERROR timeout after 30 s').first().waitFor()
  expect((await log.boundingBox())!.y).toBeLessThan(560)
  await page.getByRole('button', { name: 'Run again' }).tap()
  await page.getByText('Started again with the same parameters.').waitFor()
  await page.getByRole('link', { name: 'Open the task' }).tap()
  await page.getByRole('button', { name: 'Pause' }).tap()
  await page.getByText('Paused', { exact: true }).first().waitFor()
  expect(trouble).toEqual([])
})
