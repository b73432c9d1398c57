import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
// Below the repository, so that the planted tests find vitest.
const cache = join(root, 'node_modules/.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'rota-no-skips-'))
afterAll(() => rmSync(folder, { recursive: true }))

const CONFIG = `import { NoSkips } from ${JSON.stringify(join(root, 'tools/no-skips.ts'))}
export default { test: { reporters: ['default', new NoSkips('planted')] } }`

/** Runs vitest on one planted file and returns its exit code and last line. */
function runPlanted(source: string, ci: string) {
  writeFileSync(join(folder, 'vitest.config.ts'), CONFIG)
  writeFileSync(
    join(folder, 'planted.test.ts'),
    `import { beforeAll, describe, expect, test } from 'vitest'\n${source}`,
  )
  const vitest = join(root, 'node_modules/.bin/vitest')
  const env = { ...process.env, CI: ci, VITEST: undefined, NODE_ENV: undefined }
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', '--root', folder], { env, encoding: 'utf8' })
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1) }
}

describe('the closing line of a test run', () => {
  const skips = "test('a', () => {}); test.todo('b'); describe.skip('c', () => { test('d', () => {}) })"

  test('counts what was skipped, which a developer may do', () => {
    expect(runPlanted(skips, '')).toEqual({ status: 0, lastLine: 'planted: 1 passed, 0 failed, 2 skipped' })
  })

  test('comes with a failure where CI=true and anything was skipped', () => {
    expect(runPlanted(skips, 'true')).toEqual({ status: 1, lastLine: 'planted: 1 passed, 0 failed, 2 skipped' })
  })

  test('counts a file that cannot be loaded and a hook that throws as failures', () => {
    const hook = "describe('a', () => { beforeAll(() => { throw new Error('no') }); test('b', () => {}) })"
    expect(runPlanted(hook, '')).toEqual({ status: 1, lastLine: 'planted: 0 passed, 1 failed, 1 skipped' })
    expect(runPlanted("throw new Error('no')", '')).toEqual({
      status: 1,
      lastLine: 'planted: 0 passed, 1 failed, 0 skipped',
    })
  })
})
