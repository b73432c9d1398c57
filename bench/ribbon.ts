/**
 * The time ribbon: frames per second of the web interface's canvas with 50,000 marks.
 *
 * Runs in Chromium (ROTA_TEST_CHROMIUM, else /usr/bin/chromium) without a graphics card, so that the figures are the
 * worst ones. Each frame shows another stretch, as when one pans and zooms; lanes scroll by.
 */
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { build, type Plugin, type Rolldown } from 'vite'
import { type BenchOptions, percentiles } from './bench.ts'

const WEB = join(import.meta.dirname, '../packages/web')
const MARKS = 50_000
const FRAMES = 300
const ENTRY = 'virtual:ribbon'

/** What is measured, in the page: the ribbon's own columns and painter, nothing else of the interface. */
const PAGE = `
import { toColumns } from '/src/ribbon/columns.ts'
import { paint } from '/src/ribbon/paint.ts'
import { stretchOf } from '/src/ribbon/view.ts'

const DAY_MS = 86_400_000
const OUTCOMES = ['success', 'success', 'success', 'failed', 'skipped', 'late', 'cancelled', 'planned']
const palette = {
  looks: ['transparent', '#888', '#888', '#0b7a5f', '#4b5768', '#6b3fc4', '#935b00', '#1c5fc9', '#b42318', '#b42318'],
  pixels: Uint32Array.of(0, 0x66888888, ...Array(8).fill(0xff7a0b5f)), ground: '#fff', line: '#eee', lineStrong: '#ccc', inkDim: '#666', late: '#935b00', now: '#c2410c', focus: '#0d9488', font: '11px sans-serif',
}

function marksOf(count, laneCount, now) {
  const marks = []
  for (let at = 0; at < count; at++) {
    const outcome = OUTCOMES[at % OUTCOMES.length]
    const dueAt = now - 20 * DAY_MS + ((at * 7919) % count) * ((30 * DAY_MS) / count)
    const ran = outcome !== 'skipped' && outcome !== 'planned'
    marks.push({
      id: String(at), lane: String(at % laneCount), title: 'task', taskId: null, executionId: null, dueAt,
      startedAt: ran ? dueAt + 500 : null, endedAt: ran ? dueAt + 500 + (at % 600) * 1000 : null, outcome, why: null,
    })
  }
  return marks
}

window.measure = async ({ count, laneCount, span, frames, width, height }) => {
  const now = Date.now()
  const lanes = Array.from({ length: laneCount }, (_, at) => ({ id: String(at), label: '' }))
  const marks = marksOf(count, laneCount, now)
  const before = performance.now()
  const columns = toColumns(marks, lanes)
  const prepareMs = performance.now() - before
  const canvas = document.createElement('canvas')
  const ratio = 2
  canvas.width = width * ratio
  canvas.height = height * ratio
  canvas.style.cssText = 'width:' + width + 'px;height:' + height + 'px'
  document.body.replaceChildren(canvas)
  const context = canvas.getContext('2d')
  const shown = Math.min(laneCount, Math.ceil((height - 28) / 26) + 1)
  const paints = []
  const gaps = []
  let last = null
  for (let frame = 0; frame < frames; frame++) {
    const at = await new Promise(requestAnimationFrame)
    if (last !== null) gaps.push(at - last)
    last = at
    const view = { span: span * (1 + 0.2 * Math.sin(frame / 20)), at: now - (frame / frames) * span * 0.2 }
    const begin = performance.now()
    paint(context, {
      columns, stretch: stretchOf(view, now), now, palette, width, height, ratio, top: 28, laneHeight: 26, barHeight: 14,
      firstLane: Math.floor((frame / frames) * (laneCount - shown)), laneCount: shown, shift: 0,
      ticks: [], pulse: 1, chosen: null,
    })
    paints.push(performance.now() - begin)
  }
  return { prepareMs, paints, gaps }
}
`

interface Measured {
  prepareMs: number
  paints: number[]
  gaps: number[]
}

/** The first is the same canvas without marks: what the browser itself takes to show a frame of that size. */
const CASES = {
  empty: { count: 0, laneCount: 200, span: 86_400_000, height: 640 },
  oneLane30Days: { laneCount: 1, span: 30 * 86_400_000, height: 68 },
  lanes200Days30: { laneCount: 200, span: 30 * 86_400_000, height: 640 },
  lanes200Hours24: { laneCount: 200, span: 86_400_000, height: 640 },
}

export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const browser = await chromium.launch({
    executablePath: process.env.ROTA_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 })
    await page.addScriptTag({ type: 'module', content: await bundled() })
    await page.waitForFunction('window.measure')
    const result: Record<string, unknown> = { marks: MARKS, frames: FRAMES }
    for (const [name, scene] of Object.entries(CASES)) {
      const options = { count: MARKS, frames: FRAMES, width: 1_200, ...scene }
      const { prepareMs, paints, gaps } = (await page.evaluate(
        `window.measure(${JSON.stringify(options)})`,
      )) as Measured
      const paint = percentiles(Float64Array.from(paints))
      const framesPerSecond = (gaps.length * 1_000) / gaps.reduce((sum, gap) => sum + gap, 0)
      result[name] = { prepareMs, paintP50Ms: paint.p50, paintP99Ms: paint.p99, framesPerSecond }
      log(
        `  ${name.padEnd(16)} paint p50 ${paint.p50.toFixed(2)} ms, p99 ${paint.p99.toFixed(2)} ms; ` +
          `${framesPerSecond.toFixed(1)} frames/s; columns made in ${prepareMs.toFixed(0)} ms`,
      )
    }
    return result
  } finally {
    await browser.close()
  }
}

/** The page's script as one text. */
async function bundled(): Promise<string> {
  const plugin: Plugin = {
    name: 'ribbon',
    resolveId: (id) => (id === ENTRY ? id : null),
    load: (id) => (id === ENTRY ? PAGE : null),
  }
  const output = (await build({
    root: WEB,
    configFile: false,
    logLevel: 'error',
    plugins: [plugin],
    build: { write: false, rolldownOptions: { input: ENTRY } },
  })) as Rolldown.RolldownOutput
  return output.output[0].code
}
