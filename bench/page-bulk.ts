/**
 * Many tasks changed at once in Chromium, as people do it: seconds until 20,000 tasks that a filter matches are
 * disabled, and until that is undone.
 *
 * `npm run bench -- page-bulk [TASKS] [ROUNDS]`. Each round opens the list, chooses all that the filter matches, reads the
 * preview, acts and takes it back. Seconds are those between a click and the words that it is done; the preview's are
 * apart. How often the page said how far it was is counted, and so is what the server has then. The median round counts.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { cleanUp, fillWithTasks, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import type { Page } from 'playwright-core'
import { closeBrowser, openInterface } from '../e2e/web/browser.ts'
import { build as buildInterface } from '../tools/build/web-bundle.js'
import type { BenchOptions } from './bench.ts'

const ROOT = join(import.meta.dirname, '..')
const TASKS = 20_000
const ROUNDS = 3
/** Tasks beside those that are meant, in other groups. */
const OTHERS = 1_000
const LONGEST_MS = 300_000

interface Round {
  previewSeconds: number
  actSeconds: number
  undoSeconds: number
  /** How often the page said how far it was. */
  actSteps: number
  undoSteps: number
}

export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const [tasks, rounds] = [Number(args[0] ?? TASKS), Number(args[1] ?? ROUNDS)]
  if (!(tasks >= 1 && rounds >= 1)) throw new Error('TASKS and ROUNDS must be numbers from 1 on.')
  const folder = join(temporaryFolder(), 'web')
  mkdirSync(folder)
  await buildInterface(ROOT, folder)
  const dataDir = temporaryFolder()
  const nameOf = (number: number) => `Task ${String(number).padStart(6, '0')}`
  const groupOf = (number: number) => (number < tasks ? `fleet/${number % 40}` : 'others')
  await fillWithTasks(dataDir, { count: tasks + OTHERS, nameOf, groupOf })
  const env = { ROTA_EXAMPLES: 'false', ROTA_HTTP_WEB_DIR: folder }
  const server = await new ServerProcess({ dataDir, env }).start()
  try {
    const { page, trouble } = await openInterface(server, '/tasks?group=fleet')
    const found: Round[] = []
    for (let round = 0; round < rounds; round++) {
      await page.goto(`${server.url}/tasks?group=fleet`)
      found.push(await actAndUndo(page, server, tasks))
      log(told(found.at(-1)!))
    }
    if (trouble.length > 0) throw new Error(`The page complained: ${trouble.join('\n')}`)
    const median = found.toSorted((a, b) => a.actSeconds - b.actSeconds)[Math.floor((found.length - 1) / 2)]!
    return { tasks, rounds, ...median }
  } finally {
    await closeBrowser()
    await server.stop()
    await cleanUp()
  }
}

function told({ previewSeconds, actSeconds, undoSeconds, actSteps, undoSteps }: Round): string {
  const seconds = (value: number) => `${value.toFixed(1)} s`
  return `previewed in ${seconds(previewSeconds)}; disabled in ${seconds(actSeconds)} (${actSteps} steps shown), undone in ${seconds(undoSeconds)} (${undoSteps})`
}

async function actAndUndo(page: Page, server: ServerProcess, tasks: number): Promise<Round> {
  const total = tasks.toLocaleString('en-GB')
  const count = async (status: string) =>
    (await server.ask<{ total: number }>('GET', `/api/scheduler/tasks?status=${status}&group=fleet&limit=1`)).total
  const expectAll = async (status: string) => {
    const has = await count(status)
    if (has !== tasks) throw new Error(`${has} of ${tasks} tasks are ${status}.`)
  }
  await page.getByText(`${total} in total`).waitFor()
  await page.getByLabel('Select all rows').check()
  const act = page.getByRole('button', { name: `Disable ${total} tasks` })
  const previewSeconds = await timed(async () => {
    await page.getByRole('toolbar').getByRole('button', { name: 'Disable' }).click()
    await act.waitFor({ timeout: LONGEST_MS })
  })
  const stepsSeen = await watchSteps(page)
  const actSeconds = await timed(async () => {
    await act.click()
    await page.getByText(`${total} tasks disabled.`).waitFor({ timeout: LONGEST_MS })
  })
  await expectAll('disabled')
  const actSteps = await stepsSeen()
  const undoSeconds = await timed(async () => {
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor({ timeout: LONGEST_MS })
  })
  await expectAll('active')
  return { previewSeconds, actSeconds, undoSeconds, actSteps, undoSteps: (await stepsSeen()) - actSteps }
}

/** Counts the different words for how far it is that the page has shown since. */
async function watchSteps(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`
    seen = []
    new MutationObserver(() => {
      for (const [step] of document.body.innerText.matchAll(/[\\d,]+ of [\\d,]+/g)) if (seen.at(-1) !== step) seen.push(step)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  `)
  return () => page.evaluate('seen.length')
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1_000
}
