import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createExecutors } from './executors.ts'
import type { ExecutorOptions } from './options.ts'
import { interpreterOf } from './script-executor.ts'
import { attempt, RecordingSink } from './testing/attempt.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-test-'))
afterAll(() => rmSync(tempDir, { recursive: true, force: true }))
const executor = (type: string, options: ExecutorOptions = {}) => createExecutors({ tempDir, ...options }).get(type)!
const params = { args: ['a b', 2], kwargs: { k: 'v' } }

describe('a python task', () => {
  test('gets its arguments, reports a result, and its traceback shows the line', async () => {
    const source = `import sys, os, json
print(sys.argv[1:], json.loads(os.environ["ROTA_KWARGS"])["k"])
print('::result:: {"n": %d}' % len(sys.argv))
raise ValueError("no")`
    const outcome = await executor('python').start(attempt({ source }, { params }), new RecordingSink()).done
    expect(outcome).toMatchObject({ failure: 'exit_code', exitCode: 1, result: { n: 3 } })
    expect(outcome.outputTail).toMatch(/^\['a b', '2'\] v\n/)
    expect(outcome.outputTail).toMatch(/line 4.*\n\s+raise ValueError/)
    expect(readdirSync(tempDir).filter((name) => name.startsWith('run-'))).toEqual([])
  })

  test('with a syntax error is refused when saved, with line and position', async () => {
    const [error] = await executor('python').validate({ source: 'x = 1\nif x\n  pass\n' })
    expect(error).toMatchObject({ path: 'source', message: expect.stringContaining('line 2') })
    expect(error?.position).toBeGreaterThanOrEqual(6)
    expect(await executor('python').validate({ source: 'async def f(): pass\n# ünï' })).toEqual([])
  })

  test('is only compiled when saved, never run, and a crash of the compiler is an error, not a fault', async () => {
    const source = `open(${JSON.stringify(join(tempDir, 'ran'))}, "w")`
    expect(await executor('python').validate({ source })).toEqual([])
    expect(readdirSync(tempDir)).not.toContain('ran')
    expect(await executor('python').validate({ source: `${'('.repeat(100_000)}` })).toHaveLength(1)
  })

  test('cannot be checked without an interpreter, and says so when it runs', async () => {
    const python = executor('python', { python: 'no-python' })
    expect(await python.validate({ source: 'if' })).toEqual([])
    const outcome = await python.start(attempt({ source: 'x' }), new RecordingSink()).done
    expect(outcome).toMatchObject({ failure: 'dispatch', error: expect.stringContaining('no-python was not found') })
  })
})

describe('a script task', () => {
  test.each([
    ['#!/bin/sh', { source: '#!/bin/sh\necho "$1|$2"' }],
    ['env', { source: '#!/usr/bin/env sh\r\necho "$1|$2"' }],
    ['interpreter', { source: 'print "$ARGV[0]|$ARGV[1]\\n"', interpreter: 'perl -w' }],
    ['interpreter before #!', { source: '#!/no/such\necho "$1|$2"', interpreter: 'sh' }],
    ['node', { source: 'console.log(process.argv.slice(2).join("|"))', interpreter: process.execPath }],
  ])('runs by its %s', async (_, payload) => {
    const outcome = await executor('script').start(attempt(payload, { params }), new RecordingSink()).done
    expect(outcome).toMatchObject({ status: 'success', outputTail: 'a b|2\n' })
    expect(readdirSync(tempDir).filter((name) => name.startsWith('run-'))).toEqual([])
  })

  test('lies in a file that nobody else can read', async () => {
    const source = '#!/bin/sh\nstat -c %a "$0" "$(dirname "$0")"'
    const outcome = await executor('script').start(attempt({ source }), new RecordingSink()).done
    expect(outcome.outputTail).toBe('700\n700\n')
  })

  test('without #! line needs an interpreter', async () => {
    expect(await executor('script').validate({ source: 'echo' })).toMatchObject([{ path: 'interpreter' }])
    expect(await executor('script').validate({ source: 'echo', interpreter: 'bash' })).toEqual([])
  })

  test('may only use interpreters that are allowed', async () => {
    const script = executor('script', { allowedInterpreters: ['/bin/sh', 'sh'] })
    expect(await script.validate({ source: '#!/usr/bin/env sh\n' })).toEqual([])
    expect(await script.validate({ source: 'x', interpreter: 'perl' })).toMatchObject([{ path: 'interpreter' }])
    const outcome = await script.start(attempt({ source: '#!/usr/bin/perl\n' }), new RecordingSink()).done
    expect(outcome).toMatchObject({ failure: 'dispatch', error: expect.stringContaining('not allowed') })
  })

  test('reads a #! line as the kernel does: one argument', () => {
    expect(interpreterOf('#! /usr/bin/env -S a b\n', null)).toEqual(['/usr/bin/env', '-S a b'])
    expect(interpreterOf('#!/bin/sh', null)).toEqual(['/bin/sh'])
    expect(interpreterOf('# !/bin/sh', null)).toBeNull()
    expect(interpreterOf('#!\n/bin/sh', null)).toBeNull()
  })
})
