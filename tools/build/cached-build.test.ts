import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cacheFolder, markUsed } from './build-cache.js'
import { cachedBuild } from './cached-build.js'
import type { BuildStep } from './steps.js'

const LONG_AGO = new Date('2020-01-01')

let root: string
let step: BuildStep
let said: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-build-'))
  mkdirSync(join(root, 'node_modules'))
  mkdirSync(join(root, 'src'))
  writeFileSync(join(root, 'src/a.txt'), 'one')
  // Counts its runs, and keeps quiet in the middle while there is a file `hold`.
  writeFileSync(
    join(root, 'builder.mjs'),
    `import { appendFileSync, copyFileSync, existsSync, writeFileSync } from 'node:fs'
    export async function build(root, folder) {
      appendFileSync(root + '/runs', '.')
      writeFileSync(folder + '/half', '')
      while (existsSync(root + '/hold')) await new Promise((resolve) => setTimeout(resolve, 5))
      if (existsSync(root + '/refuse')) throw new Error('src/a.txt: it is no good')
      copyFileSync(root + '/src/a.txt', folder + '/result')
    }`,
  )
  step = { name: 'sample', inputs: ['src', 'missing'], builder: pathToFileURL(join(root, 'builder.mjs')).href }
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

const runs = () => readFileSync(join(root, 'runs'), 'utf8').length
const resultOf = (folder: string | null) => readFileSync(join(folder ?? 'nowhere', 'result'), 'utf8')
const make = () => spawn(process.execPath, [join(import.meta.dirname, 'make.js'), root, JSON.stringify(step)])
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('sources are built once, and anew when they have changed', () => {
  const first = cachedBuild(root, step)
  expect(resultOf(first)).toBe('one')
  expect(cachedBuild(root, step)).toBe(first)
  expect(runs()).toBe(1)
  appendFileSync(join(root, 'src/a.txt'), ' and two')
  expect(resultOf(cachedBuild(root, step))).toBe('one and two')
  expect(runs()).toBe(2)
})

test('several that build at once leave one whole build', async () => {
  const makers = [make(), make(), make()]
  const codes = await Promise.all(makers.map(async (maker) => (await once(maker, 'exit'))[0]))
  expect(codes).toEqual([0, 0, 0])
  expect(readdirSync(cacheFolder(root))).toHaveLength(1)
  const before = runs()
  expect(resultOf(cachedBuild(root, step))).toBe('one')
  expect(runs()).toBe(before)
})

test('a builder that is killed leaves nothing that anybody takes for a build', async () => {
  writeFileSync(join(root, 'hold'), '')
  const maker = make()
  const isHalf = () => readdirSync(root, { recursive: true }).some((path) => String(path).endsWith('half'))
  while (!isHalf()) await turn()
  maker.kill('SIGKILL')
  await once(maker, 'exit')
  rmSync(join(root, 'hold'))
  const [draft] = readdirSync(cacheFolder(root))
  utimesSync(join(cacheFolder(root), draft!), LONG_AGO, LONG_AGO)
  expect(resultOf(cachedBuild(root, step))).toBe('one')
  expect(readdirSync(cacheFolder(root))).not.toContain(draft)
})

test('a build that a power cut has emptied is made anew', () => {
  const folder = cachedBuild(root, step)!
  writeFileSync(join(folder, 'result'), '')
  expect(resultOf(cachedBuild(root, step))).toBe('one')
})

test('sources that change while they are being built are built again', async () => {
  writeFileSync(join(root, 'hold'), '')
  const maker = make()
  const isHalf = () => readdirSync(root, { recursive: true }).some((path) => String(path).endsWith('half'))
  while (!isHalf()) await turn()
  appendFileSync(join(root, 'src/a.txt'), ' and two')
  rmSync(join(root, 'hold'))
  await once(maker, 'exit')
  expect(readdirSync(cacheFolder(root))).toEqual([])
  expect(resultOf(cachedBuild(root, step))).toBe('one and two')
})

test('what cannot be built is said, and answered by null', () => {
  writeFileSync(join(root, 'refuse'), '')
  expect(cachedBuild(root, step)).toBeNull()
  expect(said).toContain('The sample could not be built: src/a.txt: it is no good')
})

test('where nothing can be written, there is no build', () => {
  writeFileSync(join(root, 'node_modules/.cache'), 'in the way')
  expect(cachedBuild(root, step)).toBeNull()
  expect(said).toContain('The sample could not be built: ')
})

test('old builds go when nobody runs them, and stay while somebody does', () => {
  const folders = ['one', 'two', 'three'].map((text) => {
    writeFileSync(join(root, 'src/a.txt'), text)
    const folder = cachedBuild(root, step)!
    rmSync(join(folder, 'users', String(process.pid)))
    return folder
  })
  markUsed(folders[1]!)
  for (const folder of folders) utimesSync(join(folder, 'users'), LONG_AGO, LONG_AGO)
  writeFileSync(join(root, 'src/a.txt'), 'something else')
  cachedBuild(root, step)
  const left = readdirSync(cacheFolder(root)).map((name) => join(cacheFolder(root), name))
  expect(folders.map((folder) => left.includes(folder))).toEqual([false, true, false])
})
