/** `npm run screenshots [-- FOLDER [PAGE…]]`: every page in both languages and both colour schemes, for people to look at. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { closeBrowser, openInterface } from './browser.ts'
import buildInterface from './build.ts'
import { givePast } from './past.ts'
import { fillServer, pagesOf } from './sample.ts'

/** Until live parts have drawn themselves. Milliseconds. */
const SETTLE_MS = 1_200
const PAST_HOURS = 30

const [folder = 'screenshots', ...wanted] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
await buildInterface()
const dataDir = temporaryFolder()
const server = await new ServerProcess({ dataDir, env: { ROTA_EXAMPLES: 'false' } }).start()
try {
  await fillServer(server)
  await server.stop()
  await givePast(dataDir, PAST_HOURS)
  await server.start()
  const pages = (await pagesOf(server)).filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  for (const language of ['en', 'zh'] as const) {
    for (const scheme of ['light', 'dark'] as const) {
      const { page, context } = await openInterface(server, '/', { language, scheme })
      for (const { name, path } of pages) {
        await page.goto(`${server.url}${path}`)
        await page.locator('h1').first().waitFor()
        await page.waitForTimeout(SETTLE_MS)
        await page.screenshot({ path: join(folder, `${name}-${language}-${scheme}.png`) })
      }
      await context.close()
      console.log(`${pages.length} pages, ${language}, ${scheme}`)
    }
  }
} finally {
  await closeBrowser()
  await cleanUp()
}
