import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { RunRequest } from '../../executor.ts'
import { createExecutors } from '../../executors.ts'
import type { ExecutorOptions } from '../../options.ts'
import { attempt, RecordingSink } from '../../testing/attempt.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-launch-'))
afterAll(() => rmSync(tempDir, { recursive: true, force: true }))

/** A folder of programs that say they were found. */
function planted(...names: string[]): string {
  const folder = mkdtempSync(join(tempDir, 'bin-'))
  for (const name of names) {
    writeFileSync(join(folder, name), '#!/bin/sh\necho PLANTED; exit 0\n')
    chmodSync(join(folder, name), 0o755)
  }
  return folder
}

function setUp(type: 'shell' | 'python' | 'script', options: ExecutorOptions = {}) {
  const executor = createExecutors({ tempDir, homeDir: '/', ...options }).get(type)!
  const sink = new RecordingSink()
  return {
    sink,
    run: (payload: RunRequest['payload'], env: Record<string, string>) =>
      executor.start(attempt(payload, { env }), sink).done,
  }
}

const TOOLS = ['prlimit', 'setsid', 'env', 'sh', 'python3', 'mkfifo', 'bash']

describe.each(['auto', 'group'] as const)('before a program starts (%s)', (containment) => {
  const limits = { openFiles: 33 }

  test('its limits are set by the server’s prlimit, not by one on the task’s path', async () => {
    const PATH = `${planted(...TOOLS)}:/usr/bin:/bin`
    const { run, sink } = setUp('shell', { containment, limits })
    await run({ command: 'ulimit -n; echo $PATH | cut -d: -f1' }, { PATH })
    expect(sink.texts('stdout')).toEqual(['33', PATH.split(':')[0]])
  })

  test('its interpreter is the server’s', async () => {
    const PATH = planted(...TOOLS)
    const python = setUp('python', { containment })
    expect((await python.run({ source: 'print("real")' }, { PATH })).outputTail).toBe('real\n')
    const script = setUp('script', { containment })
    expect((await script.run({ source: '#!/usr/bin/env bash\necho real' }, { PATH })).outputTail).toBe('real\n')
    expect((await script.run({ source: 'echo real', interpreter: 'sh' }, { PATH })).outputTail).toBe('real\n')
  })

  test('an interpreter that only the task’s path has is found there', async () => {
    const PATH = planted('only-here')
    const { run } = setUp('script', { containment })
    expect((await run({ source: 'x', interpreter: 'only-here' }, { PATH })).outputTail).toBe('PLANTED\n')
    const strict = setUp('script', { containment, allowedInterpreters: ['only-here'] })
    expect(await strict.run({ source: 'x', interpreter: 'only-here' }, { PATH })).toMatchObject({ failure: 'dispatch' })
  })

  test('no variable of the task acts before its limits and its cgroup are in force', async () => {
    const early = join(tempDir, `early-${containment}.sh`)
    writeFileSync(early, 'echo "early $(ulimit -n) $(grep ^0:: /proc/self/cgroup)"\n')
    const { run, sink } = setUp('shell', { containment, limits, shell: '/bin/bash' })
    await run({ command: 'echo "late $(ulimit -n) $(grep ^0:: /proc/self/cgroup)"' }, { BASH_ENV: early })
    const [first, second] = sink.texts('stdout')
    expect(first).toMatch(/^early 33 /)
    expect(second).toBe(first!.replace('early', 'late'))
  })

  test('every variable of the task arrives as it is, and none that carried it', async () => {
    const env = {
      PLAIN: 'a b  c',
      QUOTES: `'"$(id)\`id\`\\`,
      LINES: 'one\ntwo\n',
      EMPTY: '',
      LC_ALL: 'C',
      IFS: 'x',
      UID: '7',
      OPTIND: 'no number',
      PATH: '/usr/bin:/bin',
      PS4: '$(id)',
    }
    const { run } = setUp('python', { containment, limits })
    const source = `import os, json; print(json.dumps({k: v for k, v in os.environ.items() if k in ${JSON.stringify(Object.keys(env))} or 'CARRIED' in k}))`
    expect(JSON.parse((await run({ source }, env)).outputTail)).toEqual(env)
  })
})
