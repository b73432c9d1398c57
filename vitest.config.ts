import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { NoSkips } from './tools/no-skips.ts'

const TESTS = ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts']
/** They run with the end-to-end tests. */
const NEED_SERVERS = ['**/node_modules/**', 'packages/engine/src/store/postgres/**', 'packages/engine/src/hot/redis/**']
const PROGRAMS = 'packages/executors/src/**/*.test.ts'

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // A server of one's own takes its time to start where other tests run beside it.
    hookTimeout: 60_000,
    pool: 'threads',
    // All of them: vitest leaves one to the person before the screen.
    maxWorkers: availableParallelism(),
    reporters: ['default', new NoSkips('tests')],
    projects: [
      { extends: true, test: { name: 'threads', include: TESTS, exclude: [...NEED_SERVERS, PROGRAMS] } },
      // Programs get real pipes only from a main thread.
      { extends: true, test: { name: 'processes', include: [PROGRAMS], exclude: NEED_SERVERS, pool: 'forks' } },
    ],
  },
})
