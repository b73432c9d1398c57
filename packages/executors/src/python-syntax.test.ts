import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createExecutors } from './executors.ts'
import { livingWith } from './testing/living.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-syntax-'))
/** Open to the user that runs the tasks, as the executors' own folder is not. */
const openDir = mkdtempSync(join(tmpdir(), 'rota-syntax-'))
chmodSync(openDir, 0o777)
afterAll(() => {
  for (const folder of [tempDir, openDir]) rmSync(folder, { recursive: true, force: true })
})

/** Something in Python's place, which does what is asked and notes it. */
function setUp(body: string, runAs?: { uid: number; gid: number }) {
  const file = join(openDir, `python-${Math.random()}`)
  writeFileSync(file, `#!/bin/bash\n${body}\n`)
  chmodSync(file, 0o755)
  const instanceMark = `syntax-${process.pid}-${Date.now()}`
  const python = createExecutors({ tempDir, instanceMark, python: file, homeDir: '/', ...(runAs && { runAs }) }).get(
    'python',
  )!
  return { check: () => python.validate({ source: 'x = 1' }), instanceMark }
}

test('two sources are checked at a time', async () => {
  const log = join(tempDir, 'log')
  const { check } = setUp(`echo in >> ${log}; sleep 0.2; echo out >> ${log}; echo null`)
  await Promise.all(Array.from({ length: 5 }, check))
  let now = 0
  let most = 0
  for (const line of readFileSync(log, 'utf8').trim().split('\n')) {
    now += line === 'in' ? 1 : -1
    most = Math.max(most, now)
  }
  expect([most, now]).toEqual([2, 0])
})

test('the check has limits, and its whole tree ends with it', async () => {
  const seen = join(tempDir, 'limits')
  const { check, instanceMark } = setUp(`ulimit -t > ${seen}; (setsid sleep 600 &); echo null`)
  expect(await check()).toEqual([])
  expect(readFileSync(seen, 'utf8')).toBe('10\n')
  expect(livingWith(instanceMark)).toEqual([])
})

test.runIf(process.getuid!() === 0)('the check runs as the user that runs the tasks', async () => {
  const { check } = setUp(`id -u > ${openDir}/who; test -r "$4" && echo null`, { uid: 64_321, gid: 64_321 })
  expect(await check()).toEqual([])
  expect(readFileSync(join(openDir, 'who'), 'utf8')).toBe('64321\n')
})
