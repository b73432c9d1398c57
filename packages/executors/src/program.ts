import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { ensureDescriptors } from './descriptor-reserve.ts'
import type { OutputPipe, OutputPipes } from './output-pipes.ts'
import type { ProcessTree } from './process-tree.ts'

/** What a program-running executor decides: which program, with which arguments. */
export interface Command {
  file: string
  args: string[]
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
  pipes: OutputPipes
  /** Puts the new process under control; called at once after it started. */
  adopt(pid: number): ProcessTree
  /** Called once, when everything has ended or what is left may stay (`isLeft`). */
  cleanUp?(isLeft: boolean): void
}

/** A program that was started, or could not be: then the child has no pid and an `error` event follows. */
export interface StartedProgram {
  child: ChildProcess
  stdout: Readable
  stderr: Readable
}

/**
 * Starts a program in a session and process group of its own, with its output piped and no input. Every other
 * descriptor of ours is close-on-exec. Throws what the OS throws; some failures come as the child's `error` event.
 */
export function startProgram({ file, args, cwd, env, uid, gid, isHeld, pipes }: Program): StartedProgram {
  ensureDescriptors()
  const identity = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
  const opened: OutputPipe[] = []
  try {
    const out = openInto(opened, pipes)
    const err = out && openInto(opened, pipes)
    const outputs = out && err ? [out.write, err.write] : (['pipe', 'pipe'] as const)
    const stdio: StdioOptions = ['ignore', ...outputs, ...(isHeld ? (['pipe'] as const) : [])]
    const child = spawn(file, args, { cwd, env, ...identity, detached: true, stdio })
    const [stdout, stderr] = [child.stdout ?? out?.reader, child.stderr ?? err?.reader]
    if (stdout && stderr) return { child, stdout, stderr }
    // Without descriptors the child has neither streams nor a pid; its `error` event says the same once more.
    child.once('error', () => undefined)
    throw Object.assign(new Error(`spawn ${file} EMFILE`), { code: 'EMFILE' })
  } catch (error) {
    for (const { reader } of opened) reader.destroy()
    throw error
  } finally {
    for (const { write } of opened) closeSync(write)
  }
}

function openInto(opened: OutputPipe[], pipes: OutputPipes): OutputPipe | null {
  const pipe = pipes.open()
  if (pipe) opened.push(pipe)
  return pipe
}
