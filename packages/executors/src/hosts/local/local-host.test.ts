import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compileOptions } from '../../options.ts'
import { type Command, programOf } from '../../program.ts'
import { attempt, RecordingSink } from '../../testing/attempt.ts'
import { LocalHost } from './local-host.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-host-'))
afterAll(() => rmSync(tempDir, { recursive: true, force: true }))

function run(command: Command) {
  const host = new LocalHost(compileOptions({ tempDir, homeDir: '/' }))
  const program = programOf(attempt({}), command)
  // What crosses to another machine is what JSON keeps.
  return host.run(JSON.parse(JSON.stringify(program)), new RecordingSink()).done
}

describe('a program that is plain data', () => {
  test('finds its files where its arguments say, readable and executable by its user alone', async () => {
    const files = { 'a b.sh': 'stat -c %a "$0"; cat "$1"', data: 'one\ntwo' }
    const args = [{ file: 'a b.sh' }, { file: 'data' }]
    expect((await run({ file: '/bin/sh', args, files })).outputTail).toBe('700\none\ntwo\n')
    expect(readdirSync(tempDir).filter((name) => name.startsWith('run-'))).toEqual([])
  })

  test('reads its input to the end, and nothing where it has none', async () => {
    const stdin = 'x'.repeat(200_000)
    expect((await run({ file: '/usr/bin/wc', args: ['-c'], stdin })).outputTail.trim()).toBe('200000')
    expect((await run({ file: '/usr/bin/wc', args: ['-c'] })).outputTail.trim()).toBe('0')
  })
})
