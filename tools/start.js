// @ts-check
// `npm start`: the server, built from the sources when they have changed. Where it cannot be built, they run as they
// are, and take twice the memory.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const root = join(import.meta.dirname, '..')
process.argv.splice(2, 0, 'server')
const launcher = process.ppid
const folder = await builtServer()
// npm was ended during the build, and cannot end the server any more.
if (process.ppid !== launcher) process.exit(143)
process.env.ROTA_HTTP_WEB_DIR ??= await webFolder()
await import(pathToFileURL(join(folder ?? join(root, 'packages/cli/bin'), 'rota.js')).href)

/** @returns {Promise<string | null>} */
async function builtServer() {
  // The sources' own entry says what is wrong with a Node that is too old.
  if (Number(process.versions.node.split('.')[0]) < 24) return null
  // A start makes much that is thrown away at once. The young generation must not grow by it: it would stay large.
  setFlagsFromString('--semi-space-growth-factor=1')
  const { cachedBuild } = await import('./build/cached-build.js')
  const { SERVER } = await import('./build/steps.js')
  return cachedBuild(root, SERVER)
}

/** Where the web interface is, or will be in a moment: the server starts without it. */
async function webFolder() {
  const { backgroundBuild } = await import('./build/background-build.js')
  const { WEB } = await import('./build/steps.js')
  return backgroundBuild(root, WEB)
}
