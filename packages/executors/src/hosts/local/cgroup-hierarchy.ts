import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { atExit } from './at-exit.ts'
import { moveIntoCgroup } from './cgroup-entry.ts'

/** Octal escapes of /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
function unescapeMount(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/**
 * The directory of this process's own cgroup in the version 2 hierarchy, wherever that is mounted (alone at
 * /sys/fs/cgroup, or beside version 1 at /sys/fs/cgroup/unified). Null when there is none.
 * Format: proc_pid_mountinfo(5), cgroups(7).
 */
export function findOwnCgroup(mountinfo: string, selfCgroup: string): string | null {
  const own = /^0::(\/.*)$/m.exec(selfCgroup)?.[1]
  // A path with `..` is outside our cgroup namespace and cannot be named here.
  if (own === undefined || own.includes('/..')) return null
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ')
    if (!after?.startsWith('cgroup2 ')) continue
    const [root, mountPoint] = before!.split(' ').slice(3, 5).map(unescapeMount) as [string, string]
    if (root === '/') return resolve(mountPoint, `.${own}`)
    if (own === root || own.startsWith(`${root}/`)) return resolve(mountPoint, `.${own.slice(root.length)}`)
  }
  return null
}

function ownCgroup(): string | null {
  try {
    return findOwnCgroup(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'))
  } catch {
    return null
  }
}

/** The directory under which an instance keeps the cgroups of its attempts, or null without a version 2 hierarchy. */
function instanceDirectory(instanceMark: string, root: string | null): string | null {
  const own = root ?? ownCgroup()
  const digest = createHash('sha256').update(instanceMark).digest('hex').slice(0, 16)
  return own && join(own, `rota-${digest}`)
}

/** Removes what instances that were killed left behind. One that lives and is idle makes its directory anew. */
function sweepEmptyInstances(own: string): void {
  for (const name of readdirSync(dirname(own))) {
    const directory = join(dirname(own), name)
    if (!/^rota-[0-9a-f]{16}$/.test(name) || directory === own) continue
    try {
      rmdirSync(directory)
    } catch {
      // In use.
    }
  }
}

/** What attempts can be limited by. */
const WANTED = ['memory', 'pids', 'cpu']

/** The cgroups of one instance: a directory of its own, one child per attempt. */
export class CgroupHierarchy {
  readonly directory: string
  /** True once a process was moved in: then a child of the same user can move itself. */
  isProven = false
  /** Controllers the administrator delegated to us; limits need them, killing does not. */
  readonly controllers: ReadonlySet<string>

  private constructor(directory: string) {
    this.directory = directory
    this.controllers = enableControllers(directory)
  }

  /** Makes the instance's directory. Null when the OS has no usable hierarchy, or it is not ours to write. */
  static open(instanceMark: string, root: string | null = null): CgroupHierarchy | null {
    const directory = instanceDirectory(instanceMark, root)
    if (!directory) return null
    try {
      if (root !== null) prepareRoot(root)
      mkdirSync(directory, { recursive: true })
      // cgroup.kill came with Linux 5.14; without it a fork bomb outruns us.
      if (!existsSync(join(directory, 'cgroup.kill'))) return null
      // An empty directory left behind does no harm, but one per process of a library's user would add up.
      atExit(() => removeCgroup(directory))
      sweepEmptyInstances(directory)
      return new CgroupHierarchy(directory)
    } catch {
      return null
    }
  }

  /** Makes a group for one attempt and returns its directory. Throws what the file system throws. */
  make(name: string): string {
    const path = join(this.directory, name)
    for (let attemptsLeft = 3; ; attemptsLeft--) {
      try {
        mkdirSync(path)
        break
      } catch (error) {
        // While it was empty, another instance that started may have swept our directory away.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attemptsLeft === 0) throw error
        mkdirSync(this.directory, { recursive: true })
        enableControllers(this.directory)
      }
    }
    return path
  }
}

/** Of what controls it passes on, a group must not hold processes itself (cgroups(7), "no internal processes"). */
function prepareRoot(root: string): void {
  const pids = readFileSync(join(root, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean)
  if (pids.length > 0) {
    const server = join(root, 'server')
    mkdirSync(server, { recursive: true })
    for (const pid of pids) moveIntoCgroup(server, Number(pid))
  }
  enableControllers(root)
}

/** What of limits a cgroup could enforce that a server makes below `root`, or below this process's own. Changes nothing. */
export function limitingControllers(root: string | null): { directory: string | null; controllers: string[] } {
  const directory = root ?? ownCgroup()
  if (directory === null) return { directory, controllers: [] }
  try {
    accessSync(directory, constants.W_OK)
    // Below our own is passed on what is passed on already; below a root what there is.
    const file = root === null ? 'cgroup.subtree_control' : 'cgroup.controllers'
    const given = readFileSync(join(directory, file), 'latin1').trim().split(/\s+/)
    return { directory, controllers: WANTED.filter((name) => given.includes(name)) }
  } catch {
    return { directory, controllers: [] }
  }
}

/** Passes on to our children what our own directory was given. Nothing above it is changed. */
function enableControllers(directory: string): ReadonlySet<string> {
  const enabled = new Set<string>()
  const given = readFileSync(join(directory, 'cgroup.controllers'), 'utf8').trim().split(/\s+/)
  for (const controller of WANTED.filter((name) => given.includes(name))) {
    try {
      writeFileSync(join(directory, 'cgroup.subtree_control'), `+${controller}`)
      enabled.add(controller)
    } catch {
      // Given but not ours to enable: limits fall back to rlimits.
    }
  }
  return enabled
}

/** The attempts' cgroups an instance left behind, as directories. */
export function listCgroups(instanceMark: string, root: string | null): string[] {
  const directory = instanceDirectory(instanceMark, root)
  if (!directory || !existsSync(directory)) return []
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name))
}

/** Removes an instance's own directory, where nothing is left in it. */
export function removeInstanceDirectory(instanceMark: string, root: string | null): void {
  const directory = instanceDirectory(instanceMark, root)
  if (directory) removeCgroup(directory)
}

/** Removes an attempt's cgroup whose processes have ended, on another thread: the kernel may be busy with others. */
export async function removeCgroupLater(directory: string): Promise<void> {
  await rmdir(directory).catch(() => removeCgroup(directory))
}

/** Removes an attempt's cgroup with any groups made below it. False when processes are still in it. */
export function removeCgroup(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return true
    if (code !== 'EBUSY' && code !== 'ENOTEMPTY') return false
  }
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) removeCgroup(join(directory, entry.name))
    }
    rmdirSync(directory)
    return true
  } catch {
    return false
  }
}
