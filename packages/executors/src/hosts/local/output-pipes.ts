import { spawnSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { systemProgram } from './system-program.ts'

/** Made at a time; the first of them while a start waits. */
const MADE_FIRST = 16
const MADE_LATER = 64

/** A pipe for what one program prints. */
export interface OutputPipe {
  readonly path: string
  /** Keeps the pipe open until the program has it; see {@link letGo}. */
  readonly write: number
  /** What is printed; made when it is asked for, and from then on it is read. */
  readonly reader: Socket
  /** Closes our own end for writing: the program has opened its own. */
  letGo(): void
}

/** The pipes of one attempt. */
export interface AttemptPipes {
  /** One for each output; null where there are not two in stock. Throws the OS's error for a lack of descriptors. */
  open(): [stdout: OutputPipe, stderr: OutputPipe] | null
  /** Makes more of them without waiting: `make` makes named pipes (mkfifo(1)). Resolves to false if it cannot. */
  stockUp(make: (names: string[]) => Promise<boolean>): Promise<boolean>
  /** Makes some now, by a process of our own; false if none can be made. */
  stockUpNow(): boolean
  /** To be called once, when the attempt is over. `isClean`: nothing of it is left that could hold a pipe. */
  giveBack(isClean: boolean): void
}

interface Lent {
  pipe: OutputPipe
  /** True once it was read to its end: nobody can write to it any more. */
  hasEnded(): boolean
  close(): void
}

/**
 * Pipes for what programs print. Node connects programs by sockets, which cannot be opened by name, so that
 * `echo x > /dev/stderr` fails; it cannot make pipes, but it can open FIFOs (fifo(7)). Making one costs a file, so one
 * that nobody holds any more is used again. Anybody may open them, because a program of another user opens its own
 * `/dev/stderr` by name; the folder lets nobody else in.
 */
export class OutputPipes {
  readonly #folder: string
  readonly #stock: string[] = []
  /** Node closes the descriptors that a worker thread opened when that ends, whatever their numbers mean by then. */
  readonly #mkfifo = isMainThread ? systemProgram('mkfifo') : null
  #count = 0
  #making: Promise<boolean> | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  /** For one attempt. */
  lend(): AttemptPipes {
    const lent: Lent[] = []
    return {
      open: () => {
        if (this.#stock.length < 2) return null
        for (let count = 0; count < 2; count++) {
          const pipe = this.#open()
          if (pipe === null) return null
          lent.push(pipe)
        }
        const [stdout, stderr] = lent.slice(-2) as [Lent, Lent]
        return [stdout.pipe, stderr.pipe]
      },
      stockUp: (make) => this.#stockUp(make),
      stockUpNow: () => this.#stockUpNow(),
      giveBack: (isClean) => {
        for (const pipe of lent) this.#takeBack(pipe, isClean)
      },
    }
  }

  /** Removes what is in stock. */
  close(): void {
    this.#stock.length = 0
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #open(): Lent | null {
    const path = this.#stock.pop()!
    try {
      return openPipe(path)
    } catch (error) {
      if (['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '')) {
        this.#stock.push(path)
        throw error
      }
      // The folder was removed or emptied; what else was in it is gone too.
      this.#stock.length = 0
      return null
    }
  }

  #takeBack({ pipe, hasEnded, close }: Lent, isClean: boolean): void {
    const isReusable = isClean && hasEnded()
    if (isClean) close()
    if (isReusable) this.#stock.push(pipe.path)
    else rmSync(pipe.path, { force: true })
  }

  #stockUp(make: (names: string[]) => Promise<boolean>): Promise<boolean> {
    if (this.#mkfifo === null) return Promise.resolve(false)
    this.#making ??= this.#make(this.#count === 0 ? MADE_FIRST : MADE_LATER, make).finally(() => {
      this.#making = null
    })
    return this.#making
  }

  async #make(count: number, make: (names: string[]) => Promise<boolean>): Promise<boolean> {
    const names = this.#newNames(count)
    const isMade = names.length > 0 && (await make(names))
    if (isMade) this.#stock.push(...names)
    return isMade
  }

  #stockUpNow(): boolean {
    if (this.#mkfifo === null) return false
    const names = this.#newNames(MADE_FIRST)
    if (names.length === 0) return false
    const { status } = spawnSync(this.#mkfifo, ['-m', '666', ...names], { stdio: 'ignore', env: {} })
    if (status === 0) this.#stock.push(...names)
    return status === 0
  }

  #newNames(count: number): string[] {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    } catch {
      return []
    }
    return Array.from({ length: count }, () => join(this.#folder, String(++this.#count)))
  }
}

function openPipe(path: string): Lent {
  // Opened for writing first, a FIFO would wait for its reader.
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  let write: number | null = null
  try {
    // Nothing is written by ours but what fits into the pipe, so that nobody waits here.
    write = openSync(path, constants.O_WRONLY)
  } catch (error) {
    closeSync(read)
    throw error
  }
  let reader: Socket | null = null
  const open = { write: write as number | null }
  const letGo = () => {
    if (open.write !== null) closeSync(open.write)
    open.write = null
  }
  return {
    pipe: {
      path,
      write,
      letGo,
      get reader() {
        reader ??= new Socket({ fd: read, readable: true, writable: false })
        return reader
      },
    },
    hasEnded: () => reader?.readableEnded ?? false,
    close() {
      letGo()
      if (reader === null) closeSync(read)
      else reader.destroy()
    },
  }
}
