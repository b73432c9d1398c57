import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const compile = fileURLToPath(new URL('./compile.ts', import.meta.url))

const PROGRAM = `
  const { compileSchedule } = await import(${JSON.stringify(compile)})
  const rules = ['30 2 * * *', '*/15 * * * *', '0 0 L * *', { type: 'once', at: '2026-03-29T02:30' }]
  const answers = ['Europe/Berlin', 'America/New_York', 'Pacific/Apia', 'UTC'].flatMap((timezone) =>
    rules.map((rule) => compileSchedule(rule, { timezone }).between(Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1), 1e6)))
  console.log(JSON.stringify(answers.map((all) => [all.length, all.reduce((sum, at, i) => (sum + at * (i + 1)) % 1e9, 0)])))
`

test('results do not depend on the zone of the process', async () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati']
  const outputs = await Promise.all(
    zones.map((TZ) => run(process.execPath, ['--input-type=module', '-e', PROGRAM], { env: { ...process.env, TZ } })),
  )
  expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1)
  expect(outputs[0]!.stdout).toMatch(/^\[\[365,/)
})
