/**
 * The web interface in Chromium on this machine: time until the overview shows its figures, requests and bytes, with an
 * empty and a full cache, beside a React page that shows one number.
 *
 * `npm run bench -- page-load [LOADS]`. Both pages are loaded in turn in one browser, with a session that is there
 * already; the clock is the page's own, from the start of its navigation. What the bare page takes is what the browser
 * and this machine take for any page. Fails when the first load takes more than 25 requests.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cleanUp, eventually, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import type { CDPSession, Page } from 'playwright-core'
import { closeBrowser, openInterface, openPage } from '../e2e/web/browser.ts'
import { build } from '../tools/build/web-bundle.js'
import { serveBarePage } from './bare-page.ts'
import { type BenchOptions, percentiles } from './bench.ts'

const LOADS = 10
const MOST_REQUESTS = 25
const LOADED_WITHIN_MS = 30_000
/** What follows the figures: menus, the live channel. It belongs to the load, too. */
const REST_MS = 500

/** A page that is loaded again and again. */
interface Subject {
  url: string
  page: Page
  session: CDPSession
  /** Of the load under way. */
  wire: Wire
}

/** What the browser's network stack tells. */
interface Wire {
  requests: Set<string>
  /** Of those, what its cache answered. */
  cached: Set<string>
  bytes: number
}

interface Load {
  ms: number
  requests: number
  /** Of those, what did not come from the browser's cache. */
  fetched: number
  bytes: number
}

/** The numbers of the first row, each drawn as soon as it is known; what nobody knows yet is a dash. */
const FIGURES = `[...document.querySelectorAll('#content a > div:first-child')]
  .filter((label) => /^(Running now|Waiting to start|Failed, 24 h|Success, 24 h|Instances)$/.test(label.textContent))
  .filter((label) => /\\d/.test(label.nextElementSibling.textContent)).length === 5`
const FORM = `document.querySelector('input[autocomplete=username]') !== null`

export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const loads = Number(args[0] ?? LOADS)
  // Compressed ahead, as `npm start` and the image have it.
  const folder = join(temporaryFolder(), 'web')
  mkdirSync(folder)
  await build(join(import.meta.dirname, '..'), folder)
  // Nothing runs by itself: what happens is read anew, and would count as requests of the load.
  const server = await new ServerProcess({ env: { ROTA_HTTP_WEB_DIR: folder, ROTA_EXAMPLES: 'false' } }).start()
  const bare = await serveBarePage()
  try {
    await runOnce(server)
    const subjects = {
      overview: await watched(server.url, await openInterface(server), FIGURES),
      signIn: await watched(server.url, await openPage(), FORM),
      bare: await watched(bare.url, await openPage(), `document.querySelector('#figure') !== null`),
    }
    const result: Record<string, unknown> = { loads }
    for (const [cache, isCold] of [['Cold', true] as const, ['Warm', false] as const]) {
      for (const [name, samples] of Object.entries(await inTurn(subjects, loads, isCold))) {
        Object.assign(result, summed(`${name}${cache}`, samples))
        log(`${isCold ? 'empty' : 'full '} cache, ${name.padEnd(8)}: ${inWords(samples)}`)
      }
    }
    const requests = Number(result.overviewColdRequests)
    if (requests > MOST_REQUESTS) throw new Error(`The overview took ${requests} requests, more than ${MOST_REQUESTS}.`)
    return result
  } finally {
    await closeBrowser()
    bare.close()
    await server.stop()
    await cleanUp()
  }
}

/** Something to show. */
async function runOnce(server: ServerProcess): Promise<void> {
  const task = {
    name: 'Price sync',
    type: 'shell',
    command: 'true',
    schedule: { type: 'interval', every: 12, unit: 'hours' },
  }
  const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', task)
  await server.ask('POST', `/api/scheduler/tasks/${id}/run`, {})
  await eventually('its end', 20_000, async () => {
    const { total } = await server.ask<{ total: number }>('GET', '/api/scheduler/executions?status=success')
    return total === 1
  })
}

/** A page whose own clock says when `isShown`, an expression, is true in it; looked at once a frame. */
async function watched(url: string, { page, context }: Awaited<ReturnType<typeof openPage>>, isShown: string) {
  await page.addInitScript(`
    const look = () => {
      if (document.body !== null && (${isShown})) globalThis.shownAt = performance.now()
      else requestAnimationFrame(look)
    }
    look()
  `)
  const session = await context.newCDPSession(page)
  const wire: Wire = { requests: new Set(), cached: new Set(), bytes: 0 }
  session.on('Network.requestWillBeSent', ({ requestId }) => void wire.requests.add(requestId))
  session.on('Network.requestServedFromCache', ({ requestId }) => void wire.cached.add(requestId))
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache) wire.cached.add(requestId)
  })
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    wire.bytes += encodedDataLength
  })
  await session.send('Network.enable')
  return { url, page, session, wire }
}

/** One after the other in each round, so that a busy moment of the machine hits all alike. The first round is no sample. */
async function inTurn<Name extends string>(subjects: Record<Name, Subject>, loads: number, isCold: boolean) {
  const samples = Object.fromEntries(Object.keys(subjects).map((name) => [name, []])) as unknown as Record<Name, Load[]>
  for (let round = 0; round <= loads; round++) {
    for (const name of Object.keys(subjects) as Name[]) {
      if (isCold) await subjects[name].session.send('Network.clearBrowserCache')
      const one = await load(subjects[name])
      if (round > 0) samples[name].push(one)
    }
  }
  return samples
}

async function load({ url, page, wire }: Subject): Promise<Load> {
  await page.goto('about:blank')
  wire.requests.clear()
  wire.cached.clear()
  wire.bytes = 0
  await page.goto(url, { waitUntil: 'commit' })
  const ms = await shownAt(page)
  await sleep(REST_MS)
  const requests = wire.requests.size
  return { ms, requests, fetched: requests - wire.cached.size, bytes: wire.bytes }
}

/** Asked rarely, because it takes the page's time. Throws when nothing is shown. */
async function shownAt(page: Page): Promise<number> {
  for (let waited = 0; waited < LOADED_WITHIN_MS; waited += 100) {
    const at = await page.evaluate('globalThis.shownAt ?? null')
    if (at !== null) return Number(at)
    await sleep(100)
  }
  throw new Error(`${page.url()} shows nothing: ${await page.evaluate('document.body.innerText')}`)
}

function summed(name: string, samples: readonly Load[]) {
  const { p50, min, max } = percentiles(Float64Array.from(samples, ({ ms }) => ms))
  const most = (key: 'requests' | 'fetched' | 'bytes') => Math.max(...samples.map((one) => one[key]))
  return {
    [`${name}P50Ms`]: p50,
    [`${name}MinMs`]: min,
    [`${name}MaxMs`]: max,
    [`${name}Requests`]: most('requests'),
    [`${name}Fetched`]: most('fetched'),
    [`${name}Bytes`]: most('bytes'),
  }
}

function inWords(samples: readonly Load[]): string {
  const { p50, min, max } = percentiles(Float64Array.from(samples, ({ ms }) => ms))
  const [ms, best, worst] = [p50, min, max].map(Math.round)
  const { requests, fetched, bytes } = samples.at(-1)!
  const from = `${requests} requests, ${fetched} of them over the wire`
  return `p50 ${ms} ms (${best} to ${worst}), ${from}, ${Math.round(bytes / 1e3)} kB`
}
