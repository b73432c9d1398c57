import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../../../..')

async function node(args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  return { code, out, err }
}

test('the example runs and ends by itself, in memory and in a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-example-'))
  for (const store of [[], [folder]]) {
    const { code, out, err } = await node([join(ROOT, 'examples/library/mailing.ts'), ...store])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const what of ['Ada', 'Grace', 'Edsger', 'books', 'cheese', 'wool']) expect(out).toContain(`sent: ${what}\n`)
    expect(out).toContain('letter failed: The address cannot be read.')
  }
  rmSync(folder, { recursive: true })
})

const page = readFileSync(join(ROOT, 'docs/library.md'), 'utf8')
const programs = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!)

test.each(programs.map((code, index) => [index + 1, code]))('program %i of the documentation runs', async (_, code) => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-docs-'))
  const program = `${String(code).replace("'./jobs'", JSON.stringify(folder))}\nawait scheduler.stop()`
  const { code: exitCode, err } = await node(['--input-type=module-typescript', '--eval', program])
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  rmSync(folder, { recursive: true })
})
