import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { constants } from 'node:os'
import { type Clock, systemClock, type Timer } from '@rota/core'
import { ensureDescriptors, noteStartFailure } from './descriptor-reserve.ts'
import type { Exit } from './exit-report.ts'
import { quote } from './launch-text.ts'
import { processBirth } from './process-birth.ts'
import { sendSignal } from './process-tree.ts'
import { ENTRY_BYTES, SPAWNER_SCRIPT } from './spawner-script.ts'
import { Turnstile } from './turnstile.ts'

/** Version 5.1; see {@link SPAWNER_SCRIPT}. */
const OLDEST_BASH = 501
/** Programs and runners that are being started at a time. More do not start sooner: they wait for processors. */
const MOST_AT_ONCE = 8
/** Runners that are kept for the next programs. */
const MOST_IDLE = 8
/** Between looks whether runners live: whoever is ended by SIGKILL tells nobody. */
const LOOK_MS = 500
/** An order that nobody has reported after this, although runners are idle, went with the runner that took it. */
const SWALLOWED_MS = 10_000
/** A runner that has said nothing of its program's end after so many looks will say nothing any more. */
const MOST_SILENT_LOOKS = 20
const SIGNAL_NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]))

/** A program to be started, as the spawner sees it. At last exactly one of `ended`, `refused` and `lost` is called. */
export interface Order {
  /** Bytes of the launch text. */
  size: number
  /** The files of the launch text and of the program's input and outputs. */
  paths: readonly [text: string, input: string, stdout: string, stderr: string]
  began(pid: number): void
  ended(exit: Exit): void
  /** It was not started, for lack of processes. */
  refused(): void
  lost(): void
}

/** A program that a runner has started. */
interface Job {
  order: Order
  pid: number
  /** Looks since it has ended. */
  silentLooks: number
}

export interface SpawnerProcessOptions {
  /** Absolute path of a bash. */
  shell: string
  clock?: Clock
  /** There may be room for an order. */
  onRoom(): void
  /** It takes no more orders. `problem` is null when it has ever been at work. */
  onOver(problem: Error | null): void
}

/** One spawner with its runners ({@link SPAWNER_SCRIPT}). What it has started it follows to the end, even when it dies. */
export class SpawnerProcess {
  readonly #options: SpawnerProcessOptions
  readonly #clock: Clock
  readonly #turnstile: Turnstile
  readonly #child: ChildProcess
  readonly #commands: Socket
  readonly #reports: Socket
  readonly #queue: Socket
  /** By pid, with what each follows. */
  readonly #runners = new Map<number, Job | null>()
  /** In the queue, or taken and not yet reported; by number. */
  readonly #offered = new Map<number, { order: Order; at: number }>()
  /** Runners that were not there when they were looked for. */
  readonly #missed = new Set<number>()
  readonly #making: ((isMade: boolean) => void)[] = []
  #count = 0
  #idle = 0
  /** Runners that are being made. */
  #born = 0
  /** Runners that were told to go. */
  #leaving = 0
  #isReady = false
  #isOver = false
  #unread = ''
  #look: Timer | null = null

  /** Throws the OS's error when it cannot be started; some errors come by `onOver`. */
  constructor(options: SpawnerProcessOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#turnstile = new Turnstile(this.#clock)
    ensureDescriptors()
    const args = ['--norc', '--noprofile', '-c', SPAWNER_SCRIPT, 'rota-spawner']
    // Without a variable of ours, in a session of its own, and in no directory that somebody may want to unmount.
    const child = spawn(options.shell, args, {
      cwd: '/',
      env: { LC_ALL: 'C' },
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    })
    this.#child = child
    child.once('error', (error) => this.#end(error))
    child.once('exit', () => this.#end(this.#isReady ? null : new Error(`${options.shell} ended at once`)))
    const [commands, reports, , queue] = child.stdio
    if (!(commands instanceof Socket && reports instanceof Socket && queue instanceof Socket)) {
      this.#isOver = true
      throw Object.assign(new Error(`spawn ${options.shell} EMFILE`), { code: 'EMFILE' })
    }
    this.#commands = commands
    this.#reports = reports
    this.#queue = queue
    for (const stream of [commands, reports, queue]) stream.on('error', () => {})
    reports.setEncoding('latin1')
    reports.on('data', (text: string) => this.#read(text))
    reports.once('close', () => this.#turnstile.pass(() => this.#onSilence()))
    child.unref()
    commands.unref()
    queue.unref()
  }

  /** Of the spawner itself. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** True when an order would be taken at once. */
  get hasRoom(): boolean {
    return this.#isReady && !this.#isOver && this.#free > 0 && this.#offered.size < MOST_AT_ONCE
  }

  get #free(): number {
    return this.#idle - this.#offered.size - this.#leaving
  }

  /** Has runners made for orders that wait. */
  grow(waiting: number): void {
    if (!this.#isReady || this.#isOver) return
    const missing = Math.min(waiting - Math.max(this.#free, 0), MOST_AT_ONCE - this.#offered.size)
    for (; this.#born < missing; this.#born++) this.#commands.write('run &\n')
    this.#stayAwake()
  }

  /** Has a program started; only while it {@link hasRoom}. False when its paths are too long for the queue. */
  offer(order: Order): boolean {
    const id = ++this.#count
    const entry = `take ${id} ${order.size} ${order.paths.map(quote).join(' ')}`
    const padding = ENTRY_BYTES - Buffer.byteLength(entry)
    if (padding < 0) return false
    this.#offered.set(id, { order, at: this.#clock.monotonic() })
    this.#queue.write(entry + ' '.repeat(padding))
    this.#stayAwake()
    return true
  }

  /** Makes named pipes that everybody may open; resolves to whether it could. */
  makePipes(mkfifo: string, names: readonly string[]): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(false)
    return new Promise((resolve) => {
      this.#making.push(resolve)
      this.#commands.write(`${quote(mkfifo)} -m 666 ${names.map(quote).join(' ')}; echo "made $?"\n`)
      this.#stayAwake()
    })
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split('\n')
    this.#unread = lines.pop()!
    for (const line of lines) this.#turnstile.pass(() => this.#obey(line.split(' ')))
  }

  #obey([what, ...words]: string[]): void {
    const [first, second, third, fourth] = words.map(Number) as [number, number, number, number]
    if (what === 'bash') this.#onReady(first)
    else if (what === 'made') this.#making.shift()?.(first === 0)
    else if (what === 'free') this.#onFree(first)
    else if (what === 'began') this.#onBegan(first, second, third)
    else if (what === 'ended') this.#onEnded(first, second, exitOf(words[2]!, fourth))
    else if (what === 'none') this.#onRefused(first)
    else if (what === 'gone') this.#onGone(first)
    this.#stayAwake()
  }

  #onReady(version: number): void {
    if (version < OLDEST_BASH) {
      this.#end(new Error(`bash is older than 5.1`))
      return
    }
    this.#isReady = true
    this.#options.onRoom()
  }

  #onFree(runner: number): void {
    this.#born--
    this.#idle++
    this.#runners.set(runner, null)
    this.#options.onRoom()
  }

  #onBegan(id: number, runner: number, pid: number): void {
    const offered = this.#offered.get(id)
    if (offered === undefined) {
      // It was given up long ago, and its end is nobody's.
      sendSignal(-pid, 'SIGKILL')
      return
    }
    this.#idle--
    this.#offered.delete(id)
    this.#runners.set(runner, { order: offered.order, pid, silentLooks: 0 })
    offered.order.began(pid)
    this.#options.onRoom()
  }

  #onEnded(id: number, runner: number, exit: Exit): void {
    const job = this.#runners.get(runner)
    if (!job) {
      // The child was ended from outside before it could tell that it had begun.
      this.#giveUp(id)
      return
    }
    this.#runners.set(runner, null)
    this.#idle++
    job.order.ended(exit)
    this.#options.onRoom()
    if (this.#free <= MOST_IDLE || this.#isOver) return
    this.#leaving++
    this.#queue.write('exit'.padEnd(ENTRY_BYTES))
  }

  #onRefused(id: number): void {
    const offered = this.#offered.get(id)
    this.#offered.delete(id)
    offered?.order.refused()
    this.#options.onRoom()
  }

  #onGone(runner: number): void {
    this.#missed.delete(runner)
    if (!this.#runners.delete(runner)) return
    this.#idle--
    if (this.#leaving > 0) this.#leaving--
    this.#options.onRoom()
  }

  #giveUp(id: number): void {
    const offered = this.#offered.get(id)
    this.#offered.delete(id)
    offered?.order.lost()
    this.#options.onRoom()
  }

  /** The runners go on with what they have, and go when they find the queue at its end. */
  #end(problem: Error | null): void {
    if (this.#isOver) return
    this.#isOver = true
    if (problem) noteStartFailure(problem)
    this.#commands.destroy()
    this.#queue.destroy()
    for (const resolve of this.#making.splice(0)) resolve(false)
    this.#options.onOver(problem)
    this.#stayAwake()
  }

  /** Nobody is left who could report. */
  #onSilence(): void {
    this.#end(null)
    this.#look?.cancel()
    const orders = [...this.#offered.values()].map(({ order }) => order)
    this.#offered.clear()
    for (const job of this.#runners.values()) if (job) orders.push(job.order)
    this.#runners.clear()
    for (const order of orders) order.lost()
  }

  /** Keeps this process alive while somebody waits for a report, and looks after those who are to make it. */
  #stayAwake(): void {
    const isFollowing = this.#offered.size > 0 || this.#runners.size > this.#idle
    const isAwaited = isFollowing || this.#born > 0 || this.#making.length > 0 || !this.#isReady
    if (isAwaited && !this.#reports.destroyed) this.#reports.ref()
    else this.#reports.unref()
    if (isFollowing) this.#look ??= this.#clock.after(LOOK_MS, () => this.#lookAfterRunners())
  }

  #lookAfterRunners(): void {
    this.#look = null
    for (const [runner, job] of this.#runners) this.#lookAfter(runner, job)
    const now = this.#clock.monotonic()
    for (const [id, { at }] of this.#offered) {
      const isSwallowed = this.#idle > 0 ? now - at > SWALLOWED_MS : this.#isOver
      if (isSwallowed) this.#giveUp(id)
    }
    if (this.#idle === 0) this.grow(this.#offered.size)
    this.#stayAwake()
  }

  #lookAfter(runner: number, job: Job | null): void {
    if (processBirth(runner) !== null) {
      if (job === null || processBirth(job.pid) !== null) return
      if (++job.silentLooks < MOST_SILENT_LOOKS) return
      sendSignal(runner, 'SIGKILL')
    } else if (!this.#missed.delete(runner)) {
      // What it has told last may not have been read yet; by the next look it has.
      this.#missed.add(runner)
      return
    }
    if (job === null) {
      this.#onGone(runner)
      return
    }
    this.#runners.delete(runner)
    job.order.lost()
  }
}

function exitOf(how: string, status: number): Exit {
  if (how === 'code') return { code: status, signal: null }
  const number = status - 128
  return { code: null, signal: SIGNAL_NAMES.get(number) ?? `signal ${number}` }
}
