import { defineConfig } from 'vitest/config'
import { NoSkips } from './tools/no-skips.ts'

/** Whole processes on a real machine: one file at a time, each with the cores to itself. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts', 'packages/engine/src/{store/postgres,hot/redis}/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    pool: 'forks',
    fileParallelism: false,
    reporters: ['default', new NoSkips('e2e')],
  },
})
