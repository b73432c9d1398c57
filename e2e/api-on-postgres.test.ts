import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { startPostgres } from '@rota/testkit/cluster'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')
const RULES = ['tasks-api', 'executions-api', 'bad-input', 'access-matrix', 'grants']

test(`the rules of ${RULES.join(', ')} hold for a server on PostgreSQL, too`, async () => {
  const postgres = await startPostgres()
  if (postgres === null) throw new Error('There is no initdb and pg_ctl in the PATH.')
  try {
    const env = { ...process.env, ROTA_TEST_SERVER_DATABASE_URL: postgres.url, NO_COLOR: '1', FORCE_COLOR: undefined }
    const files = RULES.map((name) => `packages/server/src/${name}.test.ts`)
    const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
      execFile(process.execPath, [VITEST, 'run', ...files], { cwd: ROOT, env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr })
      })
    })
    expect(code, output).toBe(0)
    // Every one of the files was found.
    expect(output).toMatch(new RegExp(`Test Files.*\\b${RULES.length} passed`))
  } finally {
    postgres.stop()
  }
})
