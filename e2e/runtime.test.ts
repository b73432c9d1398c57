import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')

test('npx and npm scripts run on the Node that package.json pins, whatever the machine has', async () => {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const { stdout } = await run('npx', ['node', '-p', 'process.versions.node'], { cwd: root })
  expect(stdout.trim()).toBe(manifest.devDependencies.node)
  expect(process.versions.node).toBe(manifest.devDependencies.node)
})

test('npm run bench without a name lists the benchmarks', async () => {
  const { stdout } = await run('npm', ['run', '--silent', 'bench'], { cwd: root })
  expect(stdout).toContain('npm run bench -- NAME')
})
