import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { backgroundBuild } from './background-build.js'
import type { BuildStep } from './steps.js'

let root: string
let step: BuildStep
let said: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-build-'))
  mkdirSync(join(root, 'node_modules'))
  mkdirSync(join(root, 'src'))
  writeFileSync(join(root, 'src/a.txt'), 'one')
  // Counts its runs, tells that it has begun, and goes on once there is a file `go`.
  writeFileSync(
    join(root, 'builder.mjs'),
    `import { appendFileSync, copyFileSync, existsSync } from 'node:fs'
    export async function build(root, folder) {
      copyFileSync(root + '/src/a.txt', folder + '/result')
      appendFileSync(root + '/runs', '.')
      while (!existsSync(root + '/go')) await new Promise((resolve) => setTimeout(resolve, 5))
      if (existsSync(root + '/refuse')) throw new Error('src/a.txt: it is no good')
    }`,
  )
  const builder = pathToFileURL(join(root, 'builder.mjs')).href
  step = { name: 'sample', inputs: ['src'], builder, mayChange: true }
  said = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text
    return true
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(root, { recursive: true, force: true })
})

const turn = () => new Promise((resolve) => setImmediate(resolve))
const letGo = () => writeFileSync(join(root, 'go'), '')
const runs = () => readFileSync(join(root, 'runs'), 'utf8').length

async function until(isSo: () => boolean) {
  while (!isSo()) await turn()
}

test('the folder is known at once, and the build appears in it whole when it is made', async () => {
  const folder = backgroundBuild(root, step)
  await until(() => existsSync(join(root, 'runs')))
  expect(existsSync(folder)).toBe(false)
  letGo()
  await until(() => existsSync(join(folder, 'users', String(process.pid))))
  expect(readFileSync(join(folder, 'result'), 'utf8')).toBe('one')
})

test('what is built already is not built again', async () => {
  letGo()
  const folder = backgroundBuild(root, step)
  await until(() => existsSync(join(folder, 'users', String(process.pid))))
  expect(backgroundBuild(root, step)).toBe(folder)
  expect([runs(), said.match(/Building/g)]).toEqual([1, ['Building']])
})

test('a change meanwhile does not cost those who wait their build; the next start makes another', async () => {
  const folder = backgroundBuild(root, step)
  await until(() => existsSync(join(root, 'runs')))
  appendFileSync(join(root, 'src/a.txt'), ' and two')
  letGo()
  await until(() => existsSync(join(folder, 'result')))
  const next = backgroundBuild(root, step)
  expect(next).not.toBe(folder)
  for (const one of [folder, next]) await until(() => existsSync(join(one, 'users', String(process.pid))))
  expect(readFileSync(join(next, 'result'), 'utf8')).toBe('one and two')
})

test('a failure is said, and left beside the folder for those who wait', async () => {
  writeFileSync(join(root, 'refuse'), '')
  letGo()
  const folder = backgroundBuild(root, step)
  await until(() => existsSync(`${folder}.failed`))
  expect(said).toContain('The sample could not be built: src/a.txt: it is no good')
  expect(existsSync(folder)).toBe(false)
})

test('a new attempt takes the mark of the failed one away', async () => {
  writeFileSync(join(root, 'refuse'), '')
  letGo()
  const folder = backgroundBuild(root, step)
  await until(() => existsSync(`${folder}.failed`))
  rmSync(join(root, 'refuse'))
  backgroundBuild(root, step)
  expect(existsSync(`${folder}.failed`)).toBe(false)
  await until(() => existsSync(join(folder, 'users', String(process.pid))))
})

test('where nothing can be written the server goes on without', async () => {
  writeFileSync(join(root, 'node_modules/.cache'), 'in the way')
  backgroundBuild(root, step)
  await until(() => said.includes('The sample could not be built: '))
})
