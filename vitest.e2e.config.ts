import { defineConfig } from 'vitest/config'
import { NoSkips } from './tools/no-skips.ts'

const common = { testTimeout: 180_000, hookTimeout: 60_000, teardownTimeout: 30_000, pool: 'forks' } as const

/** Whole processes on a real machine, in three turns: `npm run test:e2e -- --project web` runs one of them. */
export default defineConfig({
  test: {
    reporters: ['default', new NoSkips('e2e')],
    projects: [
      {
        test: {
          ...common,
          name: 'stores',
          include: ['packages/engine/src/{store/postgres,hot/redis}/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: 'web',
          include: ['e2e/web/**/*.test.ts'],
          globalSetup: 'e2e/web/build.ts',
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // They kill, stop and starve; each has the cores to itself.
        test: {
          ...common,
          name: 'system',
          include: ['e2e/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
