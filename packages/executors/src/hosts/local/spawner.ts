import { rmSync, writeFileSync, writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { directStarter } from './direct-starter.ts'
import type { Exit } from './exit-report.ts'
import { launchText } from './launch-text.ts'
import type { AttemptPipes, OutputPipe } from './output-pipes.ts'
import { processBirth } from './process-birth.ts'
import { executionProblem, osError } from './spawn-failure.ts'
import { type Order, SpawnerProcess } from './spawner-process.ts'
import { WRONG_PLACE_SIGNAL } from './spawner-script.ts'
import type { Follower, Start, Starter } from './starter.ts'
import { systemProgram } from './system-program.ts'

/** What every pipe holds (PIPE_BUF, pipe(7)): a longer launch text goes through a file. */
const HELD_BY_A_PIPE = 4_096
/** After this many failures in a row this process starts all programs directly. */
const MOST_FAILURES = 3

const WRONG_PLACE = `signal ${WRONG_PLACE_SIGNAL}`

interface Waiting {
  start: Start
  text: string
  follower: Follower
}

/**
 * Starts programs by a small process beside this one: a fork copies the page tables of the process that forks and holds
 * its event loop meanwhile, and a small process has few. What the spawner cannot start, this process starts directly.
 */
export class Spawner implements Starter {
  readonly #shell = canSpawn() ? systemProgram('bash') : null
  readonly #mkfifo = systemProgram('mkfifo')
  readonly #setpriv = systemProgram('setpriv')
  readonly #waiting: Waiting[] = []
  #process: SpawnerProcess | null = null
  #failures = 0

  /** Of the process that starts programs now; null when there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null
  }

  plan(start: Start): (follower: Follower) => void {
    if (!this.#canStart(start)) return directStarter.plan(start)
    const text = launchText(start)
    // No program can receive NUL; the direct start fails with an error that says so.
    if (text.includes('\0')) return directStarter.plan(start)
    return (follower) => {
      this.#waiting.push({ start, text, follower })
      this.#dispatch()
    }
  }

  #canStart({ ids }: Start): boolean {
    if (this.#failures >= MOST_FAILURES || this.#shell === null || this.#mkfifo === null) return false
    // Without root a capability may allow the change of user; the direct start uses it, or says why it cannot.
    return ids === null || (this.#setpriv !== null && process.getuid?.() === 0)
  }

  #dispatch(): void {
    if (this.#waiting.length === 0) return
    const spawner = this.#open()
    if (spawner === null) return
    while (this.#waiting.length > 0 && spawner.hasRoom) {
      if (!this.#offer(spawner, this.#waiting[0]!)) return
    }
    spawner.grow(this.#waiting.length)
  }

  #open(): SpawnerProcess | null {
    if (this.#process) return this.#process
    try {
      const spawner = new SpawnerProcess({
        shell: this.#shell!,
        onRoom: () => this.#dispatch(),
        onOver: (problem) => this.#onOver(spawner, problem),
      })
      this.#process = spawner
      return spawner
    } catch {
      this.#startDirectly()
      return null
    }
  }

  /** The next one begins at once, so that the next program need not wait for it. */
  #onOver(spawner: SpawnerProcess, problem: Error | null): void {
    if (this.#process === spawner) this.#process = null
    if (problem === null) {
      this.#failures = 0
      this.#open()
      this.#dispatch()
      return
    }
    this.#failures++
    this.#startDirectly()
  }

  #startDirectly(): void {
    for (const { start, follower } of this.#waiting.splice(0)) directStarter.plan(start)(follower)
  }

  /** Hands on the first that waits. False when it has to wait for pipes. */
  #offer(spawner: SpawnerProcess, { start, text, follower }: Waiting): boolean {
    let pipes: ReturnType<AttemptPipes['open']>
    try {
      pipes = start.pipes.open()
    } catch (error) {
      this.#waiting.shift()
      follower.onFailed(error)
      return true
    }
    if (pipes === null) {
      this.#stockUp(spawner, start)
      return false
    }
    this.#waiting.shift()
    const order = orderOf(start, text, { stdout: pipes[0], stderr: pipes[1], follower })
    if (order === null || !spawner.offer(order)) directStarter.plan(start)(follower)
    return true
  }

  #stockUp(spawner: SpawnerProcess, { pipes }: Start): void {
    void pipes
      .stockUp((names) => spawner.makePipes(this.#mkfifo!, names))
      .then((isMade) => {
        if (isMade || this.#process !== spawner) this.#dispatch()
        else this.#startDirectly()
      })
  }
}

/** /proc tells of processes that are ended from outside, and in a worker thread there are no pipes. */
function canSpawn(): boolean {
  return process.platform === 'linux' && isMainThread && processBirth(process.pid) !== null
}

interface Ends {
  stdout: OutputPipe
  stderr: OutputPipe
  follower: Follower
}

/** Null when its launch text could not be written. */
function orderOf(start: Start, text: string, { stdout, stderr, follower }: Ends): Order | null {
  const size = Buffer.byteLength(text)
  const path = writeText(text, size, stdout)
  if (path === null) return null
  const discard = () => {
    if (path !== stdout.path) rmSync(path, { force: true })
  }
  return {
    size,
    paths: [path, start.input, stdout.path, stderr.path],
    began(pid) {
      discard()
      for (const pipe of [stdout, stderr]) pipe.letGo()
      follower.onStarted({ pid, stdout: stdout.reader, stderr: stderr.reader, entersCgroup: true })
    },
    ended(exit) {
      const failure = failureOf(start, exit)
      if (failure) follower.onFailed(failure)
      else follower.onExit(exit)
    },
    refused() {
      discard()
      follower.onFailed(osError('EAGAIN'))
    },
    lost() {
      discard()
      follower.onLost()
    },
  }
}

/** Puts it where the runner finds it: into the pipe that will be the program's output, as that is read by nobody yet. */
function writeText(text: string, size: number, stdout: OutputPipe): string | null {
  try {
    if (size <= HELD_BY_A_PIPE) {
      writeSync(stdout.write, text)
      return stdout.path
    }
    const path = `${stdout.path}.launch`
    writeFileSync(path, text, { mode: 0o600 })
    return path
  } catch {
    return null
  }
}

/** Why the spawner's child has not become the program; null when it has, or may have. */
function failureOf({ file, args, environment }: Start, { code, signal }: Exit): Error | null {
  if (signal === WRONG_PLACE) return osError('EACCES')
  // As a shell ends when it cannot execute something; so does many a program, so this one is looked at again.
  if (code !== 126 && code !== 127) return null
  const { own, task } = environment
  const variables = Object.entries({ ...own, ...task }).map(([name, value]) => `${name}=${value}`)
  return executionProblem(file, [...args, ...variables])
}

let shared: Spawner | null = null

/** The one of this process: it knows of no instance, so that all of them can use it. */
export function ownSpawner(): Spawner {
  shared ??= new Spawner()
  return shared
}
