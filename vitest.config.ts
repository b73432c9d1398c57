import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { NoSkips } from './tools/no-skips.ts'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts'],
    // They need servers; they run with the end-to-end tests.
    exclude: ['**/node_modules/**', 'packages/engine/src/store/postgres/**', 'packages/engine/src/hot/redis/**'],
    testTimeout: 20_000,
    pool: 'threads',
    // All of them: vitest leaves one to the person before the screen.
    maxWorkers: availableParallelism(),
    reporters: ['default', new NoSkips('tests')],
  },
})
