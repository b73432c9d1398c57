import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createExecutors } from '../../executors.ts'
import { attempt, RecordingSink } from '../../testing/attempt.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-pipes-'))
afterAll(() => rmSync(tempDir, { recursive: true, force: true }))

function setUp(containment: 'auto' | 'group' = 'auto', folder = tempDir) {
  const shell = createExecutors({ tempDir: folder, containment, homeDir: '/' }).get('shell')!
  const sink = new RecordingSink()
  return { sink, run: (command: string) => shell.start(attempt({ command }), sink).done }
}

describe('what a program prints into can be opened by name', () => {
  test.each([
    ['echo hi > /dev/stderr', [], ['hi']],
    ['echo hi > /dev/stdout', ['hi'], []],
    ['echo hi | tee /dev/fd/2', ['hi'], ['hi']],
    ['echo hi | tee /dev/stderr /proc/self/fd/1', ['hi', 'hi'], ['hi']],
    ['cat /dev/stdin; echo end', ['end'], []],
    ['cat < /dev/stdin > /dev/stdout; echo end >> /dev/stderr', [], ['end']],
    ["bash -c 'cat <(echo sub)'; exec 2>/dev/stdout; ls /no-such-file-here | cat", ['sub'], null],
  ] as [string, string[], string[] | null][])('%j', async (command, out, err) => {
    const { run, sink } = setUp()
    expect(await run(command)).toMatchObject({ status: 'success' })
    expect(sink.texts('stdout')).toEqual(err === null ? expect.arrayContaining(out) : out)
    if (err !== null) expect(sink.texts('stderr')).toEqual(err)
  })

  test('they are pipes, and nothing else of the server is open', async () => {
    const { run, sink } = setUp()
    await run('for n in 0 1 2; do stat -L -c %F /proc/self/fd/$n; done; ls /proc/self/fd | grep "^.$"')
    // 3 is the folder that ls reads; what this process itself inherited has larger numbers.
    expect(sink.texts('stdout')).toEqual(['character special file', 'fifo', 'fifo', '0', '1', '2', '3'])
  })
})

test('a folder that was removed is made anew, and no name is left of a pipe in use', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-pipes-'))
  const { run } = setUp('auto', folder)
  await run('true')
  rmSync(folder, { recursive: true })
  expect(await run('echo again > /dev/stderr')).toMatchObject({ status: 'success', outputTail: 'again\n' })
  expect(existsSync(folder)).toBe(true)
  rmSync(folder, { recursive: true, force: true })
})

test('many programs leave no descriptor open', async () => {
  const { run } = setUp('group')
  await run('true')
  const before = readdirSync('/proc/self/fd').length
  await Promise.all(Array.from({ length: 30 }, () => run('echo x')))
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 2)
})

test.each(['auto', 'group'] as const)('short programs tell the memory they took (%s)', async (containment) => {
  const { run } = setUp(containment)
  expect((await run('echo x; sleep 0.02')).maxRssBytes).toBeGreaterThan(100_000)
  const hungry = await run(`exec python3 -c 'x = bytearray(80_000_000); print(len(x))'`)
  expect(hungry).toMatchObject({ status: 'success', outputTail: '80000000\n' })
  // Looked at while it runs: the last pages may have been touched after the last look.
  expect(hungry.maxRssBytes).toBeGreaterThan(60_000_000)
})
