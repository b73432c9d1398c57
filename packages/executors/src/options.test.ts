import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { validateEnv } from './environment.ts'
import { createExecutors } from './executors.ts'
import { findOwnCgroup } from './hosts/local/cgroup-hierarchy.ts'
import type { ExecutorOptions } from './options.ts'
import { attempt, RecordingSink } from './testing/attempt.ts'

describe('createExecutors', () => {
  test('makes an executor for each built-in type; a plug-in adds its own', () => {
    const executors = createExecutors()
    expect([...executors.keys()]).toEqual(['shell', 'python', 'script', 'http', 'handler'])
    const own = {
      type: 'own',
      validate: async () => [],
      start: () => ({ done: new Promise<never>(() => {}), cancel() {} }),
    }
    expect(executors.set(own.type, own).get('own')).toBe(own)
  })

  test.each([
    [{ pyhton: 'x' }, 'pyhton', 'did you mean python?'],
    [{ http: { alow: [] } }, 'http.alow', 'did you mean allow?'],
    [{ http: { allow: ['10.0.0.0/40'] } }, 'http.allow.0', 'no valid mask'],
    [{ http: { maxRedirects: 9 } }, 'http.maxRedirects', '0 to 5'],
    [{ maxCommandBytes: 0 }, 'maxCommandBytes', 'above 0'],
    [{ limits: { memory: 5 } }, 'limits.memory', 'Unknown limit'],
    [{ limits: { memoryBytes: -5 } }, 'limits.memoryBytes', 'above 0'],
    [{ instanceMark: 'a b' }, 'instanceMark', '8 to 200'],
  ])('refuses %j', (options, path, message) => {
    const error = expect.objectContaining({ path, message: expect.stringContaining(message) })
    expect(() => createExecutors(options as ExecutorOptions)).toThrow(
      expect.objectContaining({ code: 'invalid', errors: [error] }),
    )
  })

  test('does not write into a temporary directory that somebody else made', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'rota-test-'))
    symlinkSync('/', join(parent, 'link'))
    const shell = createExecutors({ tempDir: join(parent, 'link') }).get('shell')!
    const outcome = await shell.start(attempt({ command: 'true' }), new RecordingSink()).done
    expect(outcome).toMatchObject({ failure: 'dispatch', error: expect.stringContaining('set tempDir') })
    rmSync(parent, { recursive: true })
  })
})

describe('validateEnv', () => {
  test('finds names and values that cannot be, and those that are ours', () => {
    expect(validateEnv({ A: '1', _b2: '' })).toEqual([])
    const wrong = { '1A': 'x', 'A=B': 'x', '': 'x', NUL: 'a\0b', ROTA_RUN_MARK: 'x', ROTA_TASK_ID: 'x' }
    expect(validateEnv(wrong).map(({ path }) => path)).toEqual(Object.keys(wrong).map((name) => `env.${name}`))
  })
})

describe('findOwnCgroup', () => {
  const unified = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate'
  const hybrid = `31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw
39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`

  test.each([
    [unified, '0::/system.slice/rota.service\n', '/sys/fs/cgroup/system.slice/rota.service'],
    [hybrid, '8:pids:/x\n0::/\n', '/sys/fs/cgroup/unified'],
    ['5 4 0:26 /docker/abc /cg\\040two rw - cgroup2 cgroup2 rw', '0::/docker/abc/sub\n', '/cg two/sub'],
    [unified, '0::/../outside\n', null],
    [unified, '8:pids:/x\n', null],
    ['39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids', '0::/\n', null],
  ])('finds the place in %#', (mountinfo, own, expected) => {
    expect(findOwnCgroup(mountinfo, own)).toBe(expected)
  })
})
