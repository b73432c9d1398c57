import { defineConfig } from 'vitest/config'
import { NoSkips } from './tools/no-skips.ts'

const common = { testTimeout: 180_000, hookTimeout: 60_000, teardownTimeout: 30_000, pool: 'forks' } as const

/** They kill, stop and starve: each has the cores to itself. */
const FAULTS = ['e2e/{chaos,cluster,kill,lease,outages,redis,starts}.test.ts']

/** Whole processes on a real machine, in turns: `npm run test:e2e -- --project web` runs one of them. */
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
        test: {
          ...common,
          name: 'system',
          include: ['e2e/*.test.ts'],
          exclude: FAULTS,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      { test: { ...common, name: 'faults', include: FAULTS, fileParallelism: false, sequence: { groupOrder: 4 } } },
    ],
  },
})
