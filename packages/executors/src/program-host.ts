import { chownSync, mkdirSync } from 'node:fs'
import { type CgroupEntry, enterCgroup, moveIntoCgroup } from './cgroup-entry.ts'
import { CgroupHierarchy, removeCgroup } from './cgroup-hierarchy.ts'
import { CgroupTree } from './cgroup-tree.ts'
import { buildEnvironment } from './environment.ts'
import type { Run, RunRequest, RunSink } from './executor.ts'
import { GroupTree } from './group-tree.ts'
import type { CompiledOptions } from './options.ts'
import { endedRun, failed } from './outcome.ts'
import { ProcessRun } from './process-run.ts'
import type { ProcessTree } from './process-tree.ts'
import type { Command, Program } from './program.ts'
import { findProgram } from './program-path.ts'
import { limitCgroup, withRlimits } from './resource-limits.ts'
import { identityFor, type RunIdentity } from './run-as.ts'
import { newRunMark } from './run-mark.ts'
import { ScratchDir } from './scratch-dir.ts'
import { describeSpawnFailure } from './spawn-failure.ts'
import { makePrivateDir, usualWorkingDir, workingDirProblem } from './working-dir.ts'

const NOT_OURS = new Set(['EACCES', 'EPERM', 'EROFS', 'EOPNOTSUPP', 'EBUSY'])

/** Starts programs for the executors that run any: environment, working directory, user, limits, process tree. */
export class ProgramHost {
  readonly options: CompiledOptions
  #isPrepared = false
  #cgroups: CgroupHierarchy | null = null

  constructor(options: CompiledOptions) {
    this.options = options
  }

  /** How the trees of attempts are held together: `cgroup`, or `group` where no cgroup v2 can be written. */
  get containment(): 'cgroup' | 'group' {
    this.#prepareOnce()
    return this.#cgroups ? 'cgroup' : 'group'
  }

  /**
   * Starts what `prepare` decides. The scratch directory exists only if it is written to, and is removed at the end.
   * Never throws: what goes wrong before the start is an outcome.
   */
  run(request: RunRequest, sink: RunSink, prepare: (scratch: ScratchDir) => Command): Run {
    const { options } = this
    let identity: RunIdentity
    try {
      identity = identityFor(request.runAs ?? null, options)
    } catch (error) {
      return endedRun(failed('dispatch', (error as Error).message))
    }
    const { ids, account } = identity
    const scratch = new ScratchDir(options.tempDir, ids)
    let cgroup: string | null = null
    const cleanUp = () => {
      scratch.remove()
      if (cgroup) removeCgroup(cgroup)
    }
    try {
      this.#prepareOnce()
      const homeDir = account?.home ?? options.homeDir
      const cwd = request.workingDir ?? (account ? usualWorkingDir(homeDir) : homeDir)
      const problem = request.workingDir ? workingDirProblem(cwd, options.allowedWorkingDirs) : null
      if (problem) return endedRun(failed('dispatch', problem))
      const runMark = newRunMark()
      const env = buildEnvironment({ ...options, homeDir, user: account?.name ?? null }, request, runMark)
      let command = prepare(scratch)
      Object.assign(env, command.env)
      cgroup = this.#cgroups?.make(runMark) ?? null
      // A user of its own may not move itself out of the server's part of the hierarchy.
      const entry: CgroupEntry = ids ? 'held' : 'self'
      if (cgroup) command = this.#enter(command, entry, cgroup, env, cwd)
      const limits = limitCgroup(cgroup, this.#cgroups?.controllers ?? new Set(), {
        ...options.limits,
        ...request.limits,
      })
      const program: Program = {
        ...withRlimits(command.file, command.args, limits),
        cwd,
        env,
        ...ids,
        isHeld: cgroup !== null && entry === 'held',
        adopt: (pid) => this.#adopt(pid, runMark, cgroup, entry),
        cleanUp,
      }
      return new ProcessRun(program, request, sink, options)
    } catch (error) {
      cleanUp()
      return endedRun(failed('dispatch', (error as Error).message))
    }
  }

  /** Finds the program first when a shell will become it, so that a missing one is told as such. */
  #enter(command: Command, entry: CgroupEntry, cgroup: string, env: Record<string, string>, cwd: string): Command {
    const entering = enterCgroup(command, entry, cgroup)
    if (entering.file === command.file) return entering
    try {
      const file = findProgram(command.file, env.PATH ?? '', cwd)
      return enterCgroup({ ...command, file }, entry, cgroup)
    } catch (error) {
      throw new Error(describeSpawnFailure(error, command.file, cwd))
    }
  }

  #adopt(pid: number, runMark: string, cgroup: string | null, entry: CgroupEntry): ProcessTree {
    const hierarchy = this.#cgroups
    if (!cgroup || !hierarchy) return new GroupTree(pid, runMark)
    try {
      if (entry === 'held' || !hierarchy.isProven) moveIntoCgroup(cgroup, pid)
      hierarchy.isProven = true
      return new CgroupTree(cgroup, pid, runMark, this.options.clock)
    } catch (error) {
      // Cgroups may be made here but not joined (no delegation): the next runs need not try. What else goes wrong,
      // say a lack of descriptors, concerns this run alone.
      if (NOT_OURS.has((error as NodeJS.ErrnoException).code ?? '')) this.#cgroups = null
      return new GroupTree(pid, runMark)
    }
  }

  #prepareOnce(): void {
    if (this.#isPrepared) return
    const { tempDir, homeDir, isHomeOurs, runAs, instanceMark, containment } = this.options
    // Another user must be able to pass through to its own run's directory, which is closed to all others.
    makePrivateDir(tempDir, runAs || process.getuid?.() === 0 ? 0o711 : 0o700)
    if (isHomeOurs) {
      mkdirSync(homeDir, { recursive: true, mode: 0o700 })
      if (runAs) chownSync(homeDir, runAs.uid, runAs.gid)
    }
    this.#cgroups = containment === 'group' ? null : CgroupHierarchy.open(instanceMark)
    this.#isPrepared = true
  }
}
