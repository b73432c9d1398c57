/**
 * How the web interface feels in Chromium on this machine: frames per second while 20,000 tasks scroll by, and the time
 * until a log of 300,000 lines can be read.
 *
 * `npm run bench -- page-feel [ROUNDS]`. Beside the list of tasks scrolls a plain virtual list: as many rows of as many
 * texts, drawn by the same libraries, without anything else of a table. Both are scrolled by the same pixels a frame, one
 * after the other in each round; figures are of the median round. The browser has no graphics card and a window of
 * 1440 by 900 pixels; it shows 60 frames a second at most.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { cleanUp, eventually, fillWithTasks, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import type { Page } from 'playwright-core'
import { build, type Plugin, type Rolldown } from 'vite'
import { closeBrowser, openInterface, openPage } from '../e2e/web/browser.ts'
import { build as buildInterface } from '../tools/build/web-bundle.js'
import { type BenchOptions, percentiles } from './bench.ts'

const ROOT = join(import.meta.dirname, '..')
const TASKS = 20_000
const LINES = 300_000
const FRAMES = 240
/** Pixels a frame: some three rows, as a quick turn of the wheel does. */
const STEP = 120
const ROUNDS = 3
const GROUPS = 40

export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const rounds = Number(args[0] ?? ROUNDS)
  if (!(rounds >= 1)) throw new Error('ROUNDS must be a number from 1 on.')
  const folder = join(temporaryFolder(), 'web')
  mkdirSync(folder)
  await buildInterface(ROOT, folder)
  const dataDir = temporaryFolder()
  const nameOf = (number: number) => `Task ${String(number).padStart(6, '0')}`
  await fillWithTasks(dataDir, { count: TASKS, nameOf, groupOf: (number) => `fleet/${number % GROUPS}` })
  const server = await new ServerProcess({
    dataDir,
    env: { ROTA_EXAMPLES: 'false', ROTA_HTTP_WEB_DIR: folder },
  }).start()
  try {
    const scrolling = await scrollBoth(server, rounds)
    const ours = median(scrolling.map(({ tasks }) => tasks))
    const plain = median(scrolling.map((round) => round.plain))
    const told = (scroll: Scroll) =>
      `${scroll.framesPerSecond.toFixed(1)} frames/s, 99 of 100 within ${scroll.p99Ms.toFixed(0)} ms`
    log(`${TASKS.toLocaleString('en')} tasks: ${told(ours)}`)
    log(`plain list:   ${told(plain)}`)
    const opened = percentiles(Float64Array.from(await openLog(server, rounds)))
    log(
      `a log of ${LINES.toLocaleString('en')} lines opens in ${Math.round(opened.p50)} ms, at worst ${Math.round(opened.max)} ms`,
    )
    return {
      ...{ tasks: TASKS, frames: FRAMES, pixelsPerFrame: STEP, rounds },
      ...{ tasksFramesPerSecond: ours.framesPerSecond, tasksFrameP99Ms: ours.p99Ms },
      ...{ plainFramesPerSecond: plain.framesPerSecond, plainFrameP99Ms: plain.p99Ms },
      shareOfPlain: ours.framesPerSecond / plain.framesPerSecond,
      ...{ logLines: LINES, logOpenP50Ms: opened.p50, logOpenMaxMs: opened.max },
    }
  } finally {
    await closeBrowser()
    await server.stop()
    await cleanUp()
  }
}

interface Scroll {
  framesPerSecond: number
  p99Ms: number
}

function median(scrolls: Scroll[]): Scroll {
  return scrolls.toSorted((a, b) => a.framesPerSecond - b.framesPerSecond)[Math.floor((scrolls.length - 1) / 2)]!
}

async function scrollBoth(server: ServerProcess, rounds: number): Promise<{ tasks: Scroll; plain: Scroll }[]> {
  const { page, trouble } = await openInterface(server, '/tasks')
  await page.getByRole('row', { name: /Task 000001/ }).waitFor()
  const { page: plainPage } = await openPage()
  await plainPage.addScriptTag({ type: 'module', content: await plainList() })
  await plainPage.getByText('Task 000001').waitFor()
  const found: { tasks: Scroll; plain: Scroll }[] = []
  for (let round = 0; round < rounds; round++)
    found.push({ tasks: await scrolled(page), plain: await scrolled(plainPage) })
  if (trouble.length > 0) throw new Error(`The page complained: ${trouble.join('\n')}`)
  await page.close()
  await plainPage.close()
  return found
}

/** Scrolls a table from its top, frame by frame. Throws when the rows did not come along. */
async function scrolled(page: Page): Promise<Scroll> {
  await page.bringToFront()
  const { gaps, top } = await page.getByRole('table').evaluate(
    async (table, { frames, step }) => {
      const scroller = table.parentElement!
      const { requestAnimationFrame } = globalThis as unknown as {
        requestAnimationFrame: (on: (at: number) => void) => void
      }
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
      scroller.scrollTop = 0
      for (let settled = 0; settled < 30; settled++) await frame()
      const gaps: number[] = []
      let last = await frame()
      for (let at = 0; at < frames; at++) {
        scroller.scrollTop += step
        const now = await frame()
        gaps.push(now - last)
        last = now
      }
      return { gaps, top: scroller.scrollTop }
    },
    { frames: FRAMES, step: STEP },
  )
  if (top !== FRAMES * STEP) throw new Error(`The list scrolled to ${top} px instead of ${FRAMES * STEP}.`)
  const row = String(Math.round(top / 36) + 2)
    .padStart(6, '0')
    .slice(0, -1)
  await page.getByText(`Task ${row}`).first().waitFor()
  const total = gaps.reduce((sum, gap) => sum + gap, 0)
  return { framesPerSecond: (gaps.length * 1_000) / total, p99Ms: percentiles(Float64Array.from(gaps)).p99 }
}

const ENTRY = 'virtual:plain-list'
const PLAIN = `
import { createElement as h, useRef } from 'react'
import { createRoot } from 'react-dom/client'
import { useVirtualizer } from '@tanstack/react-virtual'

const STYLE = { display: 'grid', gridTemplateColumns: '92px 2fr 1fr 1.8fr 112px 160px 104px', height: 36, alignItems: 'center' }

function List() {
  const scroller = useRef(null)
  const virtual = useVirtualizer({ count: ${TASKS}, getScrollElement: () => scroller.current, estimateSize: () => 36, overscan: 12 })
  const rows = virtual.getVirtualItems().map(({ index, start }) => {
    const name = 'Task ' + String(index).padStart(6, '0')
    const cells = ['Active', name, 'fleet/' + (index % ${GROUPS}), 'Every month on day 1 at 02:00', 'in 1 day', 'never', '']
    return h('div', { key: index, role: 'row', style: { ...STYLE, position: 'absolute', inset: '0 0 auto', borderBottom: '1px solid #ddd', transform: 'translateY(' + start + 'px)' } },
      cells.map((text, at) => h('div', { key: at, role: 'cell', style: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } }, text)))
  })
  return h('div', { ref: scroller, style: { height: 700, overflow: 'auto', font: '13px sans-serif' } },
    h('div', { role: 'table', style: { height: virtual.getTotalSize(), position: 'relative' } }, rows))
}

createRoot(document.body.appendChild(document.createElement('div'))).render(h(List))
`

async function plainList(): Promise<string> {
  const plugin: Plugin = {
    name: 'plain-list',
    resolveId: (id) => (id === ENTRY ? id : null),
    load: (id) => (id === ENTRY ? PLAIN : null),
  }
  const output = (await build({
    root: join(ROOT, 'packages/web'),
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [plugin],
    build: { write: false, rolldownOptions: { input: ENTRY } },
  })) as Rolldown.RolldownOutput
  return output.output[0].code
}

/** Milliseconds from the address to lines that can be read, with the page in the browser's cache. */
async function openLog(server: ServerProcess, times: number): Promise<number[]> {
  const input = { name: 'Talker', type: 'shell', command: `seq -f 'line %.0f of the log' ${LINES}` }
  const { id: task } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', input)
  const { execution_id: id } = await server.ask<{ execution_id: string }>('POST', `/api/scheduler/tasks/${task}/run`)
  await eventually('the end of the log', 120_000, async () => {
    const { status } = await server.ask<{ status: string }>('GET', `/api/scheduler/executions/${id}`)
    return status === 'success'
  })
  const { page } = await openInterface(server, '/executions')
  const took: number[] = []
  for (let at = 0; at < times + 1; at++) {
    await page.goto('about:blank')
    const startedAt = performance.now()
    await page.goto(`${server.url}/executions/${id}`, { waitUntil: 'commit' })
    await page
      .getByRole('log')
      .getByText(/^line \d+ of the log$/)
      .first()
      .waitFor()
    // The first time fills the cache.
    if (at > 0) took.push(performance.now() - startedAt)
  }
  return took
}
