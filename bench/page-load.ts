/**
 * The web interface in Chromium on this machine: time until the overview can be used, and what comes over the wire.
 *
 * `npm run bench -- page-load [LOADS]`. Each load has an empty cache and a session that is there already; usable means
 * that the figures are drawn and the link to the tasks can be clicked. A second load in the same profile shows the cache.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { cleanUp, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { closeBrowser, openInterface } from '../e2e/web/browser.ts'
import { build } from '../tools/build/web-bundle.js'
import { type BenchOptions, percentiles } from './bench.ts'

const LOADS = 10

export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const loads = Number(args[0] ?? LOADS)
  // Compressed ahead, as `npm start` and the image have it.
  const folder = join(temporaryFolder(), 'web')
  mkdirSync(folder)
  await build(join(import.meta.dirname, '..'), folder)
  const server = await new ServerProcess({ env: { ROTA_HTTP_WEB_DIR: folder } }).start()
  try {
    const { page, context } = await openInterface(server)
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    let bytes = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    const load = async () => {
      bytes = 0
      const startedAt = performance.now()
      await page.goto(server.url, { waitUntil: 'commit' })
      await page.locator('h1').waitFor()
      await page.getByText('Running now').first().waitFor()
      await page.getByRole('link', { name: 'Tasks' }).click({ trial: true })
      return performance.now() - startedAt
    }
    const cold: number[] = []
    let coldBytes = 0
    for (let at = 0; at < loads; at++) {
      await session.send('Network.clearBrowserCache')
      cold.push(await load())
      coldBytes = Math.max(coldBytes, bytes)
    }
    const warm: number[] = []
    for (let at = 0; at < loads; at++) warm.push(await load())
    const [first, again] = [percentiles(Float64Array.from(cold)), percentiles(Float64Array.from(warm))]
    const ms = (value: number) => `${Math.round(value)} ms`
    log(`empty cache: p50 ${ms(first.p50)}, worst ${ms(first.max)}, ${Math.round(coldBytes / 1e3)} kB`)
    log(`full cache:  p50 ${ms(again.p50)}, worst ${ms(again.max)}`)
    return { loads, coldP50Ms: first.p50, coldMaxMs: first.max, coldBytes, warmP50Ms: again.p50, warmMaxMs: again.max }
  } finally {
    await closeBrowser()
    await server.stop()
    await cleanUp()
  }
}
