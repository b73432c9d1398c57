import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { startPostgres } from '@rota/testkit/cluster'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

test.each(['tasks-api', 'executions-api', 'bad-input', 'access-matrix'])(
  'the rules of %s hold for a server on PostgreSQL, too',
  async (name) => {
    const postgres = await startPostgres()
    if (postgres === null) throw new Error('There is no initdb and pg_ctl in the PATH.')
    try {
      const env = { ...process.env, ROTA_TEST_SERVER_DATABASE_URL: postgres.url }
      const file = `packages/server/src/${name}.test.ts`
      const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
        execFile(process.execPath, [VITEST, 'run', file], { cwd: ROOT, env }, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr })
        })
      })
      expect(code, output).toBe(0)
      expect(output).toMatch(/\b[1-9]\d* passed/)
    } finally {
      postgres.stop()
    }
  },
)
