import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { ensureDescriptors } from './descriptor-reserve.ts'
import type { ProcessTree } from './process-tree.ts'

/** What a program-running executor decides: which program, with which arguments, beside the usual environment. */
export interface Command {
  file: string
  args: string[]
  env?: Record<string, string>
}

/** A program to run, with everything the OS needs. */
export interface Program {
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
  uid?: number
  gid?: number
  /** The program waits until its descriptor 3 is closed, which is done after `adopt`. */
  isHeld?: boolean
  /** Puts the new process under control; called at once after it started. */
  adopt(pid: number): ProcessTree
  /** Called once, after everything has ended. */
  cleanUp?(): void
}

/**
 * Starts a program in a session and process group of its own, with its output piped and no input. Every other
 * descriptor of ours is close-on-exec. Throws what the OS throws; some failures come as the child's `error` event.
 */
export function startProgram({ file, args, cwd, env, uid, gid, isHeld }: Program): ChildProcess {
  ensureDescriptors()
  const identity = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...(isHeld ? (['pipe'] as const) : [])]
  return spawn(file, args, { cwd, env, ...identity, detached: true, stdio })
}
