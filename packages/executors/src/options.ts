import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, type FieldError, invalid, systemClock } from '@rota/core'
import { DEFAULT_BASE_ENV } from './environment.ts'
import type { Executor } from './executor.ts'
import type { HandlerRegistry } from './handler-registry.ts'
import { nearName } from './near-name.ts'

/** What {@link createExecutors} can be told. Everything has a default. */
export interface ExecutorOptions {
  /** Default: the machine's clock. */
  clock?: Clock
  /** The shell of `shell` tasks; called as `SHELL -c COMMAND`. Default `/bin/sh`. */
  shell?: string
  /** The interpreter of `python` tasks, a path or a name on the task's PATH. Default `python3`. */
  python?: string
  /** Variables every program gets, instead of {@link DEFAULT_BASE_ENV}. */
  baseEnv?: Record<string, string>
  /** Where scripts are written while they run, made with mode 0700. Default: `rota-UID` in the system's directory. */
  tempDir?: string
  /** HOME and the default working directory of programs. Default: `home` in `tempDir`, made when first needed. */
  homeDir?: string
  /** Marks all processes of this instance, so that {@link reapOrphans} finds them after a crash. Default: random. */
  instanceMark?: string
  /** Functions for `handler` tasks, called on this thread. Default: none. */
  handlers?: HandlerRegistry
  /** Runs `handler` tasks instead of `handlers`, e.g. a handler pool. */
  handlerExecutor?: Executor
  /** Longest command or source in bytes. Default 1 MiB. */
  maxCommandBytes?: number
  /** Largest result in bytes of JSON. Default 64 KiB. */
  maxResultBytes?: number
}

/** Options with every default filled in. */
export interface CompiledOptions {
  readonly clock: Clock
  readonly shell: string
  readonly python: string
  readonly baseEnv: Readonly<Record<string, string>>
  readonly tempDir: string
  readonly homeDir: string
  readonly instanceMark: string
  readonly maxCommandBytes: number
  readonly maxResultBytes: number
  ensureHome(): void
}

const KNOWN = [
  'clock',
  'shell',
  'python',
  'baseEnv',
  'tempDir',
  'homeDir',
  'instanceMark',
  'handlers',
  'handlerExecutor',
  'maxCommandBytes',
  'maxResultBytes',
] as const satisfies (keyof ExecutorOptions)[]

/** Fills in defaults. Throws RotaError `invalid` for an unknown option, naming the near one. */
export function compileOptions(options: ExecutorOptions): CompiledOptions {
  const errors: FieldError[] = []
  for (const key of Object.keys(options)) {
    if ((KNOWN as readonly string[]).includes(key)) continue
    const near = nearName(key, KNOWN)
    errors.push({ path: key, message: `Unknown option${near ? `; did you mean ${near}?` : '.'}` })
  }
  if (errors.length > 0) throw invalid(errors)
  const tempDir = options.tempDir ?? join(tmpdir(), `rota-${process.getuid?.() ?? 'user'}`)
  const homeDir = options.homeDir ?? join(tempDir, 'home')
  let isHomeThere = false
  return Object.freeze({
    clock: options.clock ?? systemClock,
    shell: options.shell ?? '/bin/sh',
    python: options.python ?? 'python3',
    baseEnv: Object.freeze({ ...(options.baseEnv ?? DEFAULT_BASE_ENV) }),
    tempDir,
    homeDir,
    instanceMark: options.instanceMark ?? randomBytes(16).toString('hex'),
    maxCommandBytes: options.maxCommandBytes ?? 1_048_576,
    maxResultBytes: options.maxResultBytes ?? 65_536,
    ensureHome() {
      if (isHomeThere) return
      mkdirSync(tempDir, { recursive: true, mode: 0o700 })
      if (options.homeDir === undefined) mkdirSync(homeDir, { recursive: true, mode: 0o700 })
      isHomeThere = true
    },
  })
}
