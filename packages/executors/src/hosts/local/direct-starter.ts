import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { HOLD_DESCRIPTOR } from './cgroup-entry.ts'
import { ensureDescriptors, noteStartFailure } from './descriptor-reserve.ts'
import { type Launch, planLaunch } from './launch.ts'
import type { AttemptPipes } from './output-pipes.ts'
import type { Follower, Start, Starter } from './starter.ts'

interface Child {
  process: ChildProcess
  stdout: Readable
  stderr: Readable
}

/** Starts programs from this very process. */
export const directStarter: Starter = {
  plan(start) {
    const { file, args, environment, limits, cgroup, ids } = start
    // A user of its own may not move itself out of the server's part of the hierarchy.
    const isHeld = cgroup !== null && ids !== null
    const entry = cgroup === null ? null : ({ kind: isHeld ? 'held' : 'self', directory: cgroup } as const)
    const launch = planLaunch({ command: { file, args }, environment, entry, limits })
    return (follower) => begin({ start, launch, isHeld }, follower)
  },
}

interface Plan {
  start: Start
  launch: Launch
  /** The program waits until its descriptor 3 is closed. */
  isHeld: boolean
}

function begin(plan: Plan, follower: Follower): void {
  let child: Child
  try {
    child = spawnChild(plan)
  } catch (error) {
    noteStartFailure(error)
    follower.onFailed(error)
    return
  }
  const { process, stdout, stderr } = child
  if (process.pid === undefined) {
    process.once('error', (error) => {
      noteStartFailure(error)
      // Pipes made before the start failed would otherwise stay open.
      for (const pipe of [...process.stdio, stdout, stderr]) pipe?.destroy()
      follower.onFailed(error)
    })
    return
  }
  process.once('exit', (code, signal) => follower.onExit({ code, signal }))
  process.on('error', () => {})
  follower.onStarted({ pid: process.pid, stdout, stderr, entersCgroup: !plan.isHeld })
  process.stdio[HOLD_DESCRIPTOR]?.destroy()
}

/**
 * Starts a program in a session and process group of its own, with its output piped. Every other descriptor of ours is
 * close-on-exec. Throws what the OS throws; some failures come as the child's `error` event, and it has no pid then.
 */
function spawnChild({ start, launch, isHeld }: Plan): Child {
  ensureDescriptors()
  const { pipes } = start
  let input: number | null = null
  let opened: ReturnType<AttemptPipes['open']> = null
  try {
    opened = pipes.open() ?? (pipes.stockUpNow() ? pipes.open() : null)
    const [out, err] = opened ?? []
    const outputs = out && err ? [out.write, err.write] : (['pipe', 'pipe'] as const)
    if (start.input !== '/dev/null') input = openSync(start.input, 'r')
    const stdio: StdioOptions = [input ?? 'ignore', ...outputs, ...(isHeld ? (['pipe'] as const) : [])]
    const { file, args, env } = launch
    const process = spawn(file, args, { cwd: start.cwd, env, ...start.ids, detached: true, stdio })
    const [stdout, stderr] = [process.stdout ?? out?.reader, process.stderr ?? err?.reader]
    if (stdout && stderr) return { process, stdout, stderr }
    // Without descriptors the child has neither streams nor a pid; its `error` event says the same once more.
    process.once('error', () => undefined)
    throw Object.assign(new Error(`spawn ${file} EMFILE`), { code: 'EMFILE' })
  } finally {
    for (const pipe of opened ?? []) pipe.letGo()
    if (input !== null) closeSync(input)
  }
}
