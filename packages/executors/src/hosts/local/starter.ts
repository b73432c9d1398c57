import type { Readable } from 'node:stream'
import type { Environment } from '../../environment.ts'
import type { ResourceLimits } from '../../resource-limits.ts'
import type { Exit } from './exit-report.ts'
import type { AttemptPipes } from './output-pipes.ts'

/** A program of this machine, with everything the OS needs to start it. */
export interface Start {
  /** Absolute. */
  file: string
  args: string[]
  cwd: string
  environment: Environment
  /** Those that no cgroup enforces. */
  limits: ResourceLimits
  /** Directory of the cgroup that holds it from its first command on. */
  cgroup: string | null
  /** Null for the server's own user. */
  ids: { uid: number; gid: number } | null
  /** Whether the user has an account, whose other groups it gets; else it has none but its own. */
  hasAccount?: boolean
  /** Path of what it reads. */
  input: string
  pipes: AttemptPipes
}

/** A process that was started in a process group of its own. */
export interface StartedProcess {
  pid: number
  stdout: Readable
  stderr: Readable
  /** True when it has been made sure that it enters its cgroup by itself; else it waits until it has been moved. */
  entersCgroup: boolean
}

/** Who is told of a process: that it could not be started; or that it was, and then how it ended. */
export interface Follower {
  /** The process is put under control before this returns. */
  onStarted(process: StartedProcess): void
  /** Also after it was told to have started, when only then it could not become its program. */
  onFailed(error: unknown): void
  onExit(exit: Exit): void
  /** How it ends will never be known, nor, unless it was told before, whether it was started. */
  onLost(): void
}

/** A way to start programs on this machine. */
export interface Starter {
  /** What starts it, to be called once. Throws an Error that says what this machine lacks. */
  plan(start: Start): (follower: Follower) => void
}
