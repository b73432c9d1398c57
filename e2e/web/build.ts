import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')

/** The interface as it is in the sources now, built once before the tests that look at it. */
export default async function buildInterface(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build'], {
    cwd: join(ROOT, 'packages/web'),
    // The runner's own would make a build for developers.
    env: { ...process.env, NODE_ENV: 'production' },
  })
}
