import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { NoSkips } from './tools/no-skips.ts'

// Threads and servers that tests start from their sources find them stripped and compiled. Programs inherit it.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled')

const EVERYWHERE = ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts']

/** Files that try more of their rules in the project `long` than in their own; they ask for the `amount`. */
const LONG = globSync('packages/*/src/**/*.test.ts', { cwd: import.meta.dirname }).filter((file) =>
  /from '.*\/amount(\.ts)?'/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
)
/** They run whole tools, each run a process or more; nothing of them could be tried with less. */
const TOOLS = ['tools/no-skips.test.ts', 'tools/build/*.test.ts', 'bench/run.test.ts']
/** How the statements of a full store are planned: no change of a row's worth could be tried with less. */
const PLANS = ['packages/engine/src/store/sqlite/queries/plans.test.ts']
/** They put something else in the place of a module, which those who come after would find. */
const MOCKED = ['packages/server/src/auth/sign-in.test.ts', 'packages/web/src/log-viewer/log-source.test.ts']
/** Stores that need a server of PostgreSQL or Redis. */
const SHARED = ['packages/engine/src/{store/postgres,hot/redis}/**/*.test.ts']
const STORES = ['packages/engine/src/{store,library}/**/*.test.ts', 'packages/testkit/src/contracts/**/*.test.ts']
/** Programs get real pipes only from a main thread. */
const PROGRAMS = ['packages/{executors,agent}/src/**/*.test.ts']
const WHOLE = ['packages/server/src/**/*.test.ts', 'packages/cli/src/real-server.test.ts']
/** They kill, stop and starve: each has the cores to itself. */
const FAULTS = ['e2e/{chaos,cluster,kill,lease,outages,redis,starts}.test.ts']

/** Long enough for a machine that is busy with other things: a limit of time finds what hangs, not what is slow. */
const WAIT = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } }

const quick = {
  ...WAIT,
  pool: 'threads',
  // Tests share no state: what one file has imported serves the next.
  isolate: false,
  // All of them: vitest leaves one to the person before the screen.
  maxWorkers: availableParallelism(),
  provide: { isLong: false },
} as const

/** Whole processes on a real machine, in turns. */
const real = {
  ...WAIT,
  testTimeout: 180_000,
  teardownTimeout: 30_000,
  pool: 'forks',
  maxWorkers: 2,
} as const

const elsewhere = (...others: string[][]) => ['**/node_modules/**', ...others.flat()]

export default defineConfig({
  test: {
    reporters: ['default', new NoSkips('tests')],
    projects: [
      {
        test: {
          ...quick,
          name: 'pure',
          include: EVERYWHERE,
          exclude: elsewhere(TOOLS, MOCKED, SHARED, STORES, PROGRAMS, WHOLE),
        },
      },
      { test: { ...quick, name: 'mocked', include: MOCKED, isolate: true } },
      { test: { ...quick, name: 'stores', include: STORES, exclude: elsewhere(SHARED, PLANS) } },
      { test: { ...quick, name: 'programs', include: PROGRAMS, pool: 'forks' } },
      { test: { ...quick, name: 'whole', include: WHOLE, exclude: elsewhere(MOCKED) } },
      {
        test: {
          ...quick,
          name: 'long',
          include: [...LONG, ...TOOLS, ...PLANS],
          testTimeout: 600_000,
          provide: { isLong: true },
        },
      },
      { test: { ...real, name: 'e2e:stores', include: SHARED, sequence: { groupOrder: 1 } } },
      {
        test: {
          ...real,
          name: 'e2e:web',
          include: ['e2e/web/**/*.test.ts'],
          globalSetup: ['e2e/build-server.ts', 'e2e/web/build.ts'],
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...real,
          name: 'e2e:system',
          // They wait for processes, the clock and each other more than they work.
          maxWorkers: 3,
          globalSetup: 'e2e/build-server.ts',
          include: ['e2e/*.test.ts'],
          exclude: FAULTS,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...real,
          name: 'e2e:faults',
          globalSetup: 'e2e/build-server.ts',
          include: FAULTS,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
})
