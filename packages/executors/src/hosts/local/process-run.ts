import type { Clock, Timer } from '@rota/core'
import { say } from '@rota/core'
import type { Run, RunOutcome, RunSink } from '../../executor.ts'
import { cancelled, failed } from '../../outcome.ts'
import { Output } from '../../output.ts'
import type { Program } from '../../program.ts'
import { type Exit, judgeExit } from './exit-report.ts'
import { type ProcessTree, sendSignal } from './process-tree.ts'
import { describeSpawnFailure } from './spawn-failure.ts'
import type { Follower, StartedProcess } from './starter.ts'

/** One attempt at a program: how it is started and held together, and what its end takes away. */
export interface Attempt {
  /** Absolute, for the words of a failure. */
  file: string
  cwd: string
  begin(follower: Follower): void
  /** Puts the new process under control; called at once after it started. */
  adopt(process: StartedProcess): ProcessTree
  /** Which of its limits ended a program that failed, in a sentence; null for none. Asked before it is cleaned up. */
  limitReached?(exit: Exit | null, tail: string): string | null
  /** Called once, when everything has ended or what is left may stay (`isLeft`). */
  cleanUp(isLeft: boolean): void
}

export interface ProcessRunOptions {
  clock: Clock
  maxResultBytes: number
  sink: RunSink
  /** Calls it when there is time for a start. */
  pass(start: () => void): void
  /** Throws an Error that says why it cannot be started; nothing is left of it then. */
  prepare(): Attempt
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
  readonly #clock: Clock
  readonly #output: Output
  #resolve!: (outcome: RunOutcome) => void
  #attempt: Attempt | null = null
  #started: StartedProcess | null = null
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

  constructor(program: Program, { clock, maxResultBytes, sink, pass, prepare }: ProcessRunOptions) {
    this.#program = program
    this.#clock = clock
    const { maxLogBytes, encoding, secrets } = program
    this.#output = new Output({ clock, sink, maxLogBytes, maxResultBytes, encoding, secrets })
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#limitTime()
    pass(() => this.#start(prepare))
  }

  cancel(reason: string): void {
    this.#requestStop(cancelled(reason))
  }

  #limitTime(): void {
    const { timeoutMs } = this.#program
    if (timeoutMs !== null) {
      this.#timeout = this.#clock.after(timeoutMs, () => {
        this.#requestStop(failed('timeout', say`Timed out after ${timeoutMs / 1000} s.`))
      })
    }
  }

  #start(prepare: () => Attempt): void {
    if (this.#stop) {
      void this.#end(this.#stop)
      return
    }
    try {
      this.#attempt = prepare()
    } catch (error) {
      void this.#end(failed('dispatch', (error as Error).message))
      return
    }
    this.#attempt.begin({
      onStarted: (process) => this.#onStarted(process),
      onFailed: (error) => this.#failToStart(error),
      onExit: (exit) => this.#onExit(exit),
      onLost: () => this.#onLost(),
    })
  }

  #onStarted(process: StartedProcess): void {
    this.#started = process
    this.#tree = this.#attempt!.adopt(process)
    for (const stream of ['stdout', 'stderr'] as const) {
      const pipe = process[stream]
      this.#openPipes++
      pipe.on('error', () => {})
      pipe.once('data', () => this.#tree?.look())
      pipe.once('close', () => {
        this.#openPipes--
        this.#finishIfOver()
      })
      this.#output.attach(pipe, stream)
    }
    // It was stopped before it began, so it has nothing to clean up and needs no grace.
    if (this.#stop) this.#kill()
  }

  #failToStart(error: unknown): void {
    const { file, cwd } = this.#attempt!
    this.#stop ??= failed('dispatch', describeSpawnFailure(error, file, cwd))
    if (this.#tree) this.#onExit({ code: null, signal: null })
    else void this.#end(this.#stop)
  }

  /** Nobody is left who could tell how it ends, so it is ended here and now. */
  #onLost(): void {
    if (this.#isOver || this.#exit) return
    this.#stop ??= failed('lost', say`The process that had started it was ended from outside, so it was ended, too.`)
    if (!this.#tree) {
      void this.#end(this.#stop)
      return
    }
    this.#onExit({ code: null, signal: null })
    this.#kill()
  }

  #requestStop(outcome: RunOutcome): void {
    if (this.#isOver || this.#stop || this.#killedAt !== null) return
    if (this.#exit) {
      // The program has ended by itself; only what it left behind is in the way.
      this.#kill()
      return
    }
    this.#stop = outcome
    const { killGraceMs } = this.#program
    this.#output.system(say`${outcome.error ?? ''} Sending SIGTERM; SIGKILL follows after ${killGraceMs / 1000} s.`)
    // Else it is being started, and stopped as soon as it has been.
    if (this.#tree) this.#stopTree()
  }

  #stopTree(): void {
    const tree = this.#tree!
    const { killGraceMs } = this.#program
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
    if (this.#program.detach && this.#stop === null && this.#killedAt === null) {
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
    const { killGraceMs } = this.#program
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
      // After a long turn of the loop its timers come before what has arrived meanwhile: that is read first.
      setImmediate(() => this.#closeIfSilent(since))
    })
  }

  #closeIfSilent(since: number): void {
    if (this.#isOver) return
    const now = this.#clock.monotonic()
    const isWaiting = this.#output.isWaitingForSink && this.#killedAt === null
    const silentMs = now - Math.max(since, this.#output.lastBytesAt)
    const isSilent = silentMs >= SILENT_PIPE_MS || (this.#isLeft && now - since >= LEAVING_MS)
    if (isWaiting || (!isSilent && !this.#output.isWaitingForSink)) this.#watchPipes(since)
    else if (this.#isLeft) this.#leavePipes()
    else this.#closePipes()
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
    const limit = outcome.failure === 'exit_code' ? this.#attempt?.limitReached?.(this.#exit, this.#output.tail) : null
    this.#attempt?.cleanUp(this.#isLeft)
    this.#resolve({
      ...outcome,
      // Which code or signal it ended by is told beside it.
      ...(limit && { error: limit }),
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
