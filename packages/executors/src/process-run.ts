import type { Clock, Timer } from '@rota/core'
import { say } from '@rota/core'
import { HOLD_DESCRIPTOR } from './cgroup-entry.ts'
import { noteStartFailure } from './descriptor-reserve.ts'
import type { Run, RunOutcome, RunRequest, RunSink } from './executor.ts'
import { type Exit, judgeExit } from './exit-report.ts'
import { cancelled, failed } from './outcome.ts'
import { Output } from './output.ts'
import { type ProcessTree, sendSignal } from './process-tree.ts'
import { type Program, type StartedProgram, startProgram } from './program.ts'
import { describeSpawnFailure } from './spawn-failure.ts'

export interface ProcessRunOptions {
  clock: Clock
  maxResultBytes: number
}

/** Between looks at processes that should be ending. */
const FIRST_LOOK_MS = 2
const SLOWEST_LOOK_MS = 50
const SLOWEST_SEARCH_MS = 250
/** A pipe that stays open and silent this long after its last process was seen is held by nobody we can end. */
const SILENT_PIPE_MS = 200
/** A program that may leave others behind is over after this, however much they print. */
const LEAVING_MS = 1_000
/** A killed process that is still there after this is stuck in the kernel; the attempt ends without it. */
const UNKILLABLE_MS = 5_000

/**
 * One attempt as a tree of OS processes.
 *
 * The attempt is over when the program has exited, nothing it started lives, and its output is read to the end.
 * Stopping is SIGTERM to every process, the kill grace, SIGKILL to every process. Processes that outlive the program
 * get the same grace, then SIGKILL; the outcome is still the program's own exit code. With `detach` they are left alone
 * instead, and the attempt is over with the program.
 */
export class ProcessRun implements Run {
  readonly done: Promise<RunOutcome>
  readonly #program: Program
  readonly #request: RunRequest
  readonly #clock: Clock
  readonly #output: Output
  #resolve!: (outcome: RunOutcome) => void
  #started: StartedProgram | null = null
  #tree: ProcessTree | null = null
  #exit: Exit | null = null
  /** Set by cancel or timeout before the program exited; it then decides the outcome. */
  #stop: RunOutcome | null = null
  #killedAt: number | null = null
  #isSearching = false
  #isTreeGone = false
  #isOver = false
  /** The program has ended and what it left behind is left alone. */
  #isLeft = false
  #openPipes = 0
  #lookMs = FIRST_LOOK_MS
  #timeout: Timer | null = null
  #grace: Timer | null = null
  #look: Timer | null = null

  constructor(program: Program, request: RunRequest, sink: RunSink, { clock, maxResultBytes }: ProcessRunOptions) {
    this.#program = program
    this.#request = request
    this.#clock = clock
    const { maxLogBytes, encoding = null } = request
    this.#output = new Output({ clock, sink, maxLogBytes, maxResultBytes, encoding })
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#start()
  }

  cancel(reason: string): void {
    this.#requestStop(cancelled(reason))
  }

  #start(): void {
    try {
      this.#started = startProgram(this.#program)
    } catch (error) {
      this.#failToStart(error)
      return
    }
    const { child } = this.#started
    if (child.pid === undefined) {
      child.once('error', (error) => this.#failToStart(error))
      return
    }
    child.once('exit', (code, signal) => this.#onExit({ code, signal }))
    child.on('error', () => {})
    this.#tree = this.#program.adopt(child.pid)
    child.stdio[HOLD_DESCRIPTOR]?.destroy()
    for (const stream of ['stdout', 'stderr'] as const) {
      const pipe = this.#started[stream]
      this.#openPipes++
      pipe.on('error', () => {})
      pipe.once('data', () => this.#tree?.look())
      pipe.once('close', () => {
        this.#openPipes--
        this.#finishIfOver()
      })
      this.#output.attach(pipe, stream)
    }
    const { timeoutMs } = this.#request
    if (timeoutMs !== null) {
      this.#timeout = this.#clock.after(timeoutMs, () => {
        this.#requestStop(failed('timeout', say`Timed out after ${timeoutMs / 1000} s.`))
      })
    }
  }

  #failToStart(error: unknown): void {
    const { file, cwd } = this.#program
    noteStartFailure(error)
    // Pipes made before the start failed would otherwise stay open.
    for (const pipe of this.#started?.child.stdio ?? []) pipe?.destroy()
    this.#closePipes()
    void this.#end(failed('dispatch', describeSpawnFailure(error, file, cwd)))
  }

  #requestStop(outcome: RunOutcome): void {
    if (this.#isOver || this.#stop || this.#killedAt !== null) return
    if (this.#exit) {
      // The program has ended by itself; only what it left behind is in the way.
      this.#kill()
      return
    }
    const tree = this.#tree
    if (!tree) return
    this.#stop = outcome
    const { killGraceMs } = this.#request
    this.#output.system(say`${outcome.error ?? ''} Sending SIGTERM; SIGKILL follows after ${killGraceMs / 1000} s.`)
    if (killGraceMs <= 0) {
      this.#kill()
      return
    }
    tree.signal('SIGTERM')
    // A stopped process cannot act on SIGTERM.
    tree.signal('SIGCONT')
    this.#grace = this.#clock.after(killGraceMs, () => this.#kill())
  }

  #kill(): void {
    if (this.#isOver || this.#isTreeGone) return
    this.#grace?.cancel()
    this.#killedAt = this.#clock.monotonic()
    this.#tree!.kill()
    this.#lookMs = FIRST_LOOK_MS
    this.#lookAgain()
  }

  #onExit(exit: Exit): void {
    this.#exit = exit
    this.#timeout?.cancel()
    if (this.#request.detach && this.#stop === null && this.#killedAt === null) {
      this.#isLeft = true
      this.#onTreeGone()
    } else void this.#lookAtTree()
  }

  /** Finds out whether anything of the tree is left, and if so looks again a little later. */
  async #lookAtTree(): Promise<void> {
    const tree = this.#tree!
    if (this.#isTreeGone || this.#isSearching) return
    let isEmpty = this.#exit !== null && tree.isEmpty()
    // After a kill nothing may be left, whatever the tree itself can see.
    if (this.#exit !== null && (tree.needsSearch || (isEmpty && this.#killedAt !== null))) {
      this.#isSearching = true
      const strays = await tree.findStrays()
      this.#isSearching = false
      if (this.#killedAt !== null) for (const pid of strays) sendSignal(pid, 'SIGKILL')
      isEmpty = strays.length === 0
    }
    if (isEmpty) {
      this.#onTreeGone()
      return
    }
    if (this.#killedAt !== null) {
      tree.kill()
      if (this.#clock.monotonic() - this.#killedAt > UNKILLABLE_MS) {
        this.#output.system(say`Some processes cannot be ended even by SIGKILL; they are stuck in the kernel.`)
        this.#onTreeGone()
        return
      }
    } else if (this.#exit && !this.#grace) this.#waitForLeftovers()
    this.#lookAgain()
  }

  #lookAgain(): void {
    this.#look?.cancel()
    this.#look = this.#clock.after(this.#lookMs, () => void this.#lookAtTree())
    // A search reads the whole process table, so what lingers is looked for less often.
    this.#lookMs = Math.min(this.#lookMs * 2, this.#tree!.needsSearch ? SLOWEST_SEARCH_MS : SLOWEST_LOOK_MS)
  }

  #waitForLeftovers(): void {
    const { killGraceMs } = this.#request
    this.#grace = this.#clock.after(killGraceMs, () => {
      this.#output.system(
        say`The program ended but left processes running; they were killed after ${killGraceMs / 1000} s.`,
      )
      this.#kill()
    })
  }

  #onTreeGone(): void {
    this.#isTreeGone = true
    this.#timeout?.cancel()
    this.#grace?.cancel()
    this.#look?.cancel()
    this.#finishIfOver()
    if (!this.#isOver) this.#watchPipes(this.#clock.monotonic())
  }

  /** Closes pipes that stay open although nobody we know of can write to them. */
  #watchPipes(since: number): void {
    this.#look = this.#clock.after(SILENT_PIPE_MS, () => {
      const now = this.#clock.monotonic()
      const isWaiting = this.#output.isWaitingForSink && this.#killedAt === null
      const silentMs = now - Math.max(since, this.#output.lastBytesAt)
      const isSilent = silentMs >= SILENT_PIPE_MS || (this.#isLeft && now - since >= LEAVING_MS)
      if (isWaiting || (!isSilent && !this.#output.isWaitingForSink)) {
        this.#watchPipes(since)
        return
      }
      if (this.#isLeft) this.#leavePipes()
      else this.#closePipes()
    })
  }

  #closePipes(): void {
    this.#started?.stdout.destroy()
    this.#started?.stderr.destroy()
  }

  /** What was left behind may print on; nobody reads it, but it must neither wait nor break. */
  #leavePipes(): void {
    this.#output.letGo()
    this.#openPipes = 0
    this.#finishIfOver()
  }

  #finishIfOver(): void {
    if (this.#isTreeGone && this.#openPipes === 0) void this.#end(this.#stop ?? judgeExit(this.#exit))
  }

  async #end(outcome: RunOutcome): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    for (const timer of [this.#timeout, this.#grace, this.#look]) timer?.cancel()
    const use = this.#tree?.use()
    this.#tree?.release()
    await this.#output.finish()
    this.#program.cleanUp?.(this.#isLeft)
    this.#resolve({
      ...outcome,
      exitCode: this.#exit?.code ?? null,
      signal: this.#exit?.signal ?? null,
      result: this.#output.result,
      outputTail: this.#output.tail,
      cpuSeconds: use?.cpuSeconds ?? null,
      maxRssBytes: use?.maxRssBytes ?? null,
      droppedLogBytes: this.#output.droppedBytes,
    })
  }
}
