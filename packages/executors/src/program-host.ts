import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { atExit } from './at-exit.ts'
import { type CgroupEntry, moveIntoCgroup } from './cgroup-entry.ts'
import { CgroupHierarchy, removeCgroup } from './cgroup-hierarchy.ts'
import { CgroupTree } from './cgroup-tree.ts'
import { buildEnvironment } from './environment.ts'
import type { Run, RunRequest, RunSink } from './executor.ts'
import { GroupTree } from './group-tree.ts'
import { planLaunch } from './launch.ts'
import { LeftBehind } from './left-behind.ts'
import type { CompiledOptions } from './options.ts'
import { endedRun, failed } from './outcome.ts'
import { OutputPipes } from './output-pipes.ts'
import { ProcessRun } from './process-run.ts'
import { listProcesses } from './process-table.ts'
import type { ProcessTree } from './process-tree.ts'
import type { Command, Program } from './program.ts'
import { findProgram } from './program-path.ts'
import { limitCgroup } from './resource-limits.ts'
import { identityFor, type RunIdentity } from './run-as.ts'
import { newRunMark } from './run-mark.ts'
import { ScratchDir } from './scratch-dir.ts'
import { describeSpawnFailure } from './spawn-failure.ts'
import { StraySweeper } from './stray-sweeper.ts'
import { makePrivateDir, usualWorkingDir, workingDirProblem } from './working-dir.ts'

const NOT_OURS = new Set(['EACCES', 'EPERM', 'EROFS', 'EOPNOTSUPP', 'EBUSY'])

/** What is made once, with the first program. */
interface Ground {
  tempDir: string
  pipes: OutputPipes
  left: LeftBehind
}

/** An attempt on its way: what its end takes away again. */
interface Attempt {
  runMark: string
  scratch: ScratchDir
  cgroup: string | null
}

/** Starts programs for the executors that run any: environment, working directory, user, limits, process tree. */
export class ProgramHost {
  readonly options: CompiledOptions
  readonly #running = new Set<string>()
  readonly #sweeper: StraySweeper
  #ground: Ground | null = null
  #cgroups: CgroupHierarchy | null = null
  /** Attempts that left processes behind, with their cgroups. */
  readonly #left = new Map<string, string | null>()

  constructor(options: CompiledOptions) {
    this.options = options
    const isWanted = (runMark: string) => this.#running.has(runMark) || this.#left.has(runMark)
    this.#sweeper = new StraySweeper({ clock: options.clock, instanceMark: options.instanceMark, isWanted })
  }

  /** How the trees of attempts are held together: `cgroup`, or `group` where no cgroup v2 can be written. */
  get containment(): 'cgroup' | 'group' {
    this.#prepare()
    return this.#cgroups ? 'cgroup' : 'group'
  }

  /**
   * Starts what `prepare` decides. The scratch directory exists only if it is written to, and is removed at the end.
   * Never throws: what goes wrong before the start is an outcome.
   */
  run(request: RunRequest, sink: RunSink, prepare: (scratch: ScratchDir) => Command): Run {
    const { options } = this
    let attempt: Attempt | null = null
    try {
      const identity = identityFor(request.runAs ?? null, options)
      const ground = this.#prepare()
      const cwd = this.#workingDir(request, identity, ground)
      const runMark = newRunMark()
      attempt = { runMark, scratch: new ScratchDir(ground.tempDir, foreignIds(identity)), cgroup: null }
      const program = this.#program({ request, identity, ground, cwd, attempt, command: prepare(attempt.scratch) })
      this.#running.add(runMark)
      return new ProcessRun(program, request, sink, options)
    } catch (error) {
      if (attempt) this.#cleanUp(attempt, false)
      return endedRun(failed('dispatch', (error as Error).message))
    }
  }

  #program(parts: {
    request: RunRequest
    identity: RunIdentity
    ground: Ground
    cwd: string
    attempt: Attempt
    command: Command
  }): Program {
    const { request, identity, ground, cwd, attempt } = parts
    const { options } = this
    const { ids, account } = identity
    const homeDir = this.#home(identity, ground)
    const environment = buildEnvironment({ ...options, homeDir, user: account?.name ?? null }, request, attempt.runMark)
    const path = options.allowedInterpreters === null ? (environment.task.PATH ?? '') : ''
    const command = { ...parts.command, file: absolute(parts.command.file, environment.own.PATH ?? '', path, cwd) }
    const cgroup = this.#cgroups?.make(attempt.runMark) ?? null
    attempt.cgroup = cgroup
    // A user of its own may not move itself out of the server's part of the hierarchy.
    const kind: CgroupEntry = ids ? 'held' : 'self'
    const limits = limitCgroup(cgroup, this.#cgroups?.controllers ?? new Set(), {
      ...options.limits,
      ...request.limits,
    })
    return {
      ...planLaunch({ command, environment, entry: cgroup === null ? null : { kind, directory: cgroup }, limits }),
      cwd,
      ...ids,
      isHeld: cgroup !== null && kind === 'held',
      pipes: ground.pipes,
      adopt: (pid) => this.#adopt(pid, attempt.runMark, cgroup, kind),
      cleanUp: (isLeft) => this.#cleanUp(attempt, isLeft),
    }
  }

  #workingDir(request: RunRequest, identity: RunIdentity, ground: Ground): string {
    if (request.workingDir === null) {
      const home = this.#home(identity, ground)
      return this.options.homeDir === home ? home : usualWorkingDir(home)
    }
    const problem = workingDirProblem(request.workingDir, this.options.allowedWorkingDirs)
    if (problem) throw new Error(problem)
    return request.workingDir
  }

  /** The account's own home; a number without a name has none, so the server's gets one in its directory. */
  #home({ ids, account, isNamed }: RunIdentity, { tempDir }: Ground): string {
    const { homeDir } = this.options
    if (homeDir !== null && !isNamed) return homeDir
    if (account !== null) return account.home
    if (ids !== null) return '/'
    const home = join(tempDir, 'home')
    mkdirSync(home, { recursive: true, mode: 0o700 })
    return home
  }

  #adopt(pid: number, runMark: string, cgroup: string | null, entry: CgroupEntry): ProcessTree {
    const hierarchy = this.#cgroups
    const { clock } = this.options
    if (!cgroup || !hierarchy) return new GroupTree(pid, runMark, clock)
    try {
      if (entry === 'held' || !hierarchy.isProven) moveIntoCgroup(cgroup, pid)
      hierarchy.isProven = true
      return new CgroupTree(cgroup, pid, runMark, clock)
    } catch (error) {
      // Cgroups may be made here but not joined (no delegation): the next runs need not try. What else goes wrong,
      // say a lack of descriptors, concerns this run alone.
      if (NOT_OURS.has((error as NodeJS.ErrnoException).code ?? '')) this.#cgroups = null
      return new GroupTree(pid, runMark, clock)
    }
  }

  #cleanUp({ runMark, scratch, cgroup }: Attempt, isLeft: boolean): void {
    scratch.remove()
    const isEmpty = cgroup !== null && removeCgroup(cgroup)
    if (isLeft && !isEmpty) this.#leave(runMark, cgroup)
    this.#running.delete(runMark)
    if (this.#cgroups) this.#sweeper.onEnded()
  }

  /** Remembers what was left behind, on disk too, and forgets what has ended since. */
  #leave(runMark: string, cgroup: string | null): void {
    const { left } = this.#ground!
    this.#left.set(runMark, cgroup)
    try {
      left.add(runMark)
    } catch {
      // Then only this server knows; a later one will end it.
    }
    void this.#forgetGone()
  }

  async #forgetGone(): Promise<void> {
    const known = [...this.#left]
    const alive = new Set((await listProcesses()).map((entry) => entry.runMark))
    for (const [runMark, cgroup] of known) {
      if (alive.has(runMark) || (cgroup !== null && !removeCgroup(cgroup))) continue
      this.#left.delete(runMark)
      this.#ground!.left.forget(runMark)
    }
  }

  #prepare(): Ground {
    if (this.#ground) return this.#ground
    const { instanceMark, containment } = this.options
    const tempDir = this.#openTempDir()
    const pipes = new OutputPipes(join(tempDir, `pipes-${randomBytes(6).toString('hex')}`))
    atExit(() => pipes.close())
    this.#cgroups = containment === 'group' ? null : CgroupHierarchy.open(instanceMark)
    this.#ground = { tempDir, pipes, left: new LeftBehind(tempDir) }
    return this.#ground
  }

  /** The usual one may belong to somebody else, who was quicker; nobody can take one with a random name. */
  #openTempDir(): string {
    const { tempDir, isTempDirGiven } = this.options
    try {
      makePrivateDir(tempDir, 0o700)
      return tempDir
    } catch (error) {
      if (isTempDirGiven) throw error
      const other = mkdtempSync(`${tempDir}-`)
      atExit(() => rmSync(other, { recursive: true, force: true }))
      return other
    }
  }
}

/** The ids of another user; null for the server's own, who can read what is the server's. */
function foreignIds({ ids }: RunIdentity): RunIdentity['ids'] {
  return ids !== null && ids.uid === process.getuid?.() ? null : ids
}

/**
 * The absolute path of a program: by the server's own path, so that a task cannot put another in its place, and only
 * what that does not have by the task's. Throws an Error that says why it cannot be started.
 */
function absolute(file: string, path: string, taskPath: string, cwd: string): string {
  try {
    return findProgram(file, taskPath === '' ? path : `${path}:${taskPath}`, cwd)
  } catch (error) {
    if (file.startsWith('/') && !existsSync(cwd)) return file
    throw new Error(describeSpawnFailure(error, file, cwd))
  }
}
