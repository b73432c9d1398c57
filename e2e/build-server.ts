import { join } from 'node:path'
import { cachedBuild } from '../tools/build/cached-build.js'
import { SERVER } from '../tools/build/steps.js'

/** The server as `npm start` builds it, from the sources as they are now: hundreds of them start in these tests. */
export default async function buildServer(): Promise<void> {
  const folder = await cachedBuild(join(import.meta.dirname, '..'), SERVER)
  if (folder !== null) process.env.E2E_ROTA = join(folder, 'rota.js')
}
