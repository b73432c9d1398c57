import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildEnvironment } from '../../environment.ts'
import type { Run, RunSink } from '../../executor.ts'
import type { CompiledOptions } from '../../options.ts'
import type { Program } from '../../program.ts'
import type { ProgramHost } from '../../program-host.ts'
import { limitCgroup, tightest } from '../../resource-limits.ts'
import { makePrivateDir, usualWorkingDir, workingDirProblem } from '../../working-dir.ts'
import { atExit } from './at-exit.ts'
import { moveIntoCgroup } from './cgroup-entry.ts'
import { CgroupHierarchy, removeCgroup, removeCgroupLater } from './cgroup-hierarchy.ts'
import { CgroupTree } from './cgroup-tree.ts'
import { GroupTree } from './group-tree.ts'
import { LeftBehind } from './left-behind.ts'
import { limitReached } from './limit-report.ts'
import { type AttemptPipes, OutputPipes } from './output-pipes.ts'
import { type Attempt, ProcessRun } from './process-run.ts'
import { listProcesses } from './process-table.ts'
import type { ProcessTree } from './process-tree.ts'
import { findProgram } from './program-path.ts'
import { identityFor, type RunIdentity } from './run-as.ts'
import { newRunMark } from './run-mark.ts'
import { ScratchDir } from './scratch-dir.ts'
import { describeSpawnFailure } from './spawn-failure.ts'
import { ownSpawner } from './spawner.ts'
import type { StartedProcess, Starter } from './starter.ts'
import { StraySweeper } from './stray-sweeper.ts'
import { Turnstile } from './turnstile.ts'

const NOT_OURS = new Set(['EACCES', 'EPERM', 'EROFS', 'EOPNOTSUPP', 'EBUSY'])

/** What is made once, with the first program. */
interface Ground {
  tempDir: string
  pipes: OutputPipes
  left: LeftBehind
}

/** What an attempt has on this machine. */
interface Holdings {
  runMark: string
  scratch: ScratchDir
  cgroup: string | null
  pipes: AttemptPipes
}

/** What must be known of an attempt before it can be planned. */
interface Premises {
  program: Program
  identity: RunIdentity
  ground: Ground
  cwd: string
}

/** Starts programs on this machine: environment, working directory, user, limits, process tree. */
export class LocalHost implements ProgramHost {
  readonly options: CompiledOptions
  readonly #starter: Starter
  readonly #running = new Set<string>()
  readonly #sweeper: StraySweeper
  readonly #turnstile: Turnstile
  #ground: Ground | null = null
  #cgroups: CgroupHierarchy | null = null
  /** Attempts that left processes behind, with their cgroups. */
  readonly #left = new Map<string, string | null>()

  constructor(options: CompiledOptions, starter: Starter = ownSpawner()) {
    this.options = options
    this.#starter = starter
    this.#turnstile = new Turnstile(options.clock)
    const isWanted = (runMark: string) => this.#running.has(runMark) || this.#left.has(runMark)
    this.#sweeper = new StraySweeper({ clock: options.clock, instanceMark: options.instanceMark, isWanted })
  }

  /** How the trees of attempts are held together: `cgroup`, or `group` where no cgroup v2 can be written. */
  get containment(): 'cgroup' | 'group' {
    this.#lay()
    return this.#cgroups ? 'cgroup' : 'group'
  }

  userProblem(name: string): string | null {
    try {
      identityFor(name, this.options)
      return null
    } catch (error) {
      return (error as Error).message
    }
  }

  run(program: Program, sink: RunSink): Run {
    const { clock, maxResultBytes } = this.options
    const pass = (start: () => void) => this.#turnstile.pass(start)
    return new ProcessRun(program, { clock, maxResultBytes, sink, pass, prepare: () => this.#prepare(program) })
  }

  /** The scratch directory exists only if there are files to write, and is removed at the end. */
  #prepare(program: Program): Attempt {
    let holdings: Holdings | null = null
    try {
      const identity = identityFor(program.runAs, this.options)
      const ground = this.#lay()
      const cwd = this.#workingDir(program, identity, ground)
      const scratch = new ScratchDir(ground.tempDir, foreignIds(identity))
      holdings = { runMark: newRunMark(), scratch, cgroup: null, pipes: ground.pipes.lend() }
      const attempt = this.#attempt({ program, identity, ground, cwd }, holdings)
      this.#running.add(holdings.runMark)
      return attempt
    } catch (error) {
      if (holdings) this.#cleanUp(holdings, false)
      throw error
    }
  }

  #attempt({ program, identity, ground, cwd }: Premises, holdings: Holdings): Attempt {
    const { options } = this
    const { ids, account } = identity
    const { args, input } = written(program, holdings.scratch)
    const homeDir = this.#home(identity, ground)
    const environment = buildEnvironment(
      { ...options, homeDir, user: account?.name ?? null },
      program,
      holdings.runMark,
    )
    const path = options.allowedInterpreters === null ? (environment.task.PATH ?? '') : ''
    const file = absolute(program.file, environment.own.PATH ?? '', path, cwd)
    const cgroup = this.#cgroups?.make(holdings.runMark) ?? null
    holdings.cgroup = cgroup
    // Those that hold, whoever enforces them.
    const wanted = tightest({ ...options.limits, ...program.limits }, program.atMost)
    const limits = limitCgroup(cgroup, this.#cgroups?.controllers ?? new Set(), wanted)
    const { pipes } = holdings
    return {
      file,
      cwd,
      begin: this.#starter.plan({
        ...{ file, args, cwd, environment, limits, cgroup, ids, input, pipes },
        hasAccount: ids !== null && account?.uid === ids.uid,
      }),
      adopt: (process) => this.#adopt(process, holdings),
      limitReached: (exit, tail) => limitReached({ limits: wanted, cgroup, exit, tail }),
      cleanUp: (isLeft) => this.#cleanUp(holdings, isLeft),
    }
  }

  /** Where it works; where that is bounded, with all links followed, so that none can lead elsewhere by then. */
  #workingDir({ workingDir, workingDirs }: Program, identity: RunIdentity, ground: Ground): string {
    const { allowedWorkingDirs, homeDir } = this.options
    const home = workingDir === null ? this.#home(identity, ground) : null
    const path = workingDir ?? (homeDir === home ? home! : usualWorkingDir(home!))
    const lists = workingDir === null ? workingDirs : [allowedWorkingDirs, ...workingDirs]
    for (const allowed of lists) {
      const problem = workingDirProblem(path, allowed)
      if (problem) throw new Error(problem)
    }
    return workingDirs.length === 0 ? path : realpathSync(path)
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

  #adopt({ pid, entersCgroup }: StartedProcess, { runMark, cgroup }: Holdings): ProcessTree {
    const hierarchy = this.#cgroups
    const { clock } = this.options
    if (!cgroup || !hierarchy) return new GroupTree(pid, runMark, clock)
    try {
      if (!entersCgroup || !hierarchy.isProven) moveIntoCgroup(cgroup, pid)
      hierarchy.isProven = true
      return new CgroupTree(cgroup, pid, runMark, clock)
    } catch (error) {
      // Cgroups may be made here but not joined (no delegation): the next runs need not try. What else goes wrong,
      // say a lack of descriptors, concerns this run alone.
      if (NOT_OURS.has((error as NodeJS.ErrnoException).code ?? '')) this.#cgroups = null
      return new GroupTree(pid, runMark, clock)
    }
  }

  #cleanUp({ runMark, scratch, cgroup, pipes }: Holdings, isLeft: boolean): void {
    scratch.remove()
    pipes.giveBack(!isLeft)
    if (!isLeft && cgroup !== null) void removeCgroupLater(cgroup)
    if (isLeft && (cgroup === null || !removeCgroup(cgroup))) this.#leave(runMark, cgroup)
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

  #lay(): Ground {
    if (this.#ground) return this.#ground
    const { instanceMark, containment, cgroupRoot } = this.options
    const tempDir = this.#openTempDir()
    const pipes = new OutputPipes(join(tempDir, `pipes-${randomBytes(6).toString('hex')}`))
    atExit(() => pipes.close())
    this.#cgroups = containment === 'group' ? null : CgroupHierarchy.open(instanceMark, cgroupRoot)
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

/** Writes a program's files, so that its arguments are texts alone and its input has a path. */
function written({ args, files, stdin }: Program, scratch: ScratchDir): { args: string[]; input: string } {
  const paths = new Map(Object.entries(files).map(([name, text]) => [name, scratch.write(name, text)]))
  return {
    args: args.map((arg) => (typeof arg === 'string' ? arg : paths.get(arg.file)!)),
    input: stdin === null ? '/dev/null' : scratch.write('stdin', stdin),
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
