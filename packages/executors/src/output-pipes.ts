import { execFile, spawnSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, rmSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { systemProgram } from './system-program.ts'

/** Made by one process, which costs as much as starting a task. */
const MADE_AT_ONCE = 128
/** Made while a start waits for them. */
const MADE_IN_NEED = 16
const FEW = 48

/** Both ends of a pipe: the program gets `write`, which its starter closes; `reader` is ours. */
export interface OutputPipe {
  write: number
  reader: Socket
}

/**
 * Pipes for what programs print. Node connects programs by sockets, which cannot be opened by name, so that
 * `echo x > /dev/stderr` fails; it cannot make pipes, but it can open FIFOs, and one whose name is gone is a pipe
 * (fifo(7)). Each is used once. Anybody may open them, because a program of another user opens its own `/dev/stderr`
 * by name; the folder lets nobody else in.
 */
export class OutputPipes {
  readonly #folder: string
  readonly #stock: string[] = []
  /** Node closes the descriptors that a worker thread opened when that ends, whatever their numbers mean by then. */
  readonly #mkfifo = isMainThread ? systemProgram('mkfifo') : null
  #count = 0
  #isFilling = false

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Opens a pipe; null where none can be made. Throws the OS's error for a lack of descriptors. */
  open(): OutputPipe | null {
    if (this.#mkfifo === null) return null
    for (let attempt = 0; attempt < 2; attempt++) {
      if (this.#stock.length === 0) this.#makeNow()
      const path = this.#stock.pop()
      if (path === undefined) return null
      try {
        const pipe = openPipe(path)
        this.#refill()
        return pipe
      } catch (error) {
        if (['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
        // The folder was removed or emptied; what else was in it is gone too.
        this.#stock.length = 0
      }
    }
    return null
  }

  /** Removes what has not been used. */
  close(): void {
    this.#stock.length = 0
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #names(count: number): string[] {
    return Array.from({ length: count }, () => join(this.#folder, String(++this.#count)))
  }

  #makeNow(): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    } catch {
      return
    }
    const names = this.#names(MADE_IN_NEED)
    const { status } = spawnSync(this.#mkfifo!, ['-m', '666', ...names], { stdio: 'ignore', env: {} })
    if (status === 0) this.#stock.push(...names)
  }

  #refill(): void {
    if (this.#stock.length > FEW || this.#isFilling) return
    this.#isFilling = true
    const names = this.#names(MADE_AT_ONCE)
    const child = execFile(this.#mkfifo!, ['-m', '666', ...names], { env: {} }, (error) => {
      this.#isFilling = false
      // Older names are used first: those were certainly made.
      if (!error) this.#stock.unshift(...names)
    })
    child.on('error', () => {})
    child.unref()
  }
}

function openPipe(path: string): OutputPipe {
  // Opened for writing first, a FIFO would wait for its reader.
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  let write: number | null = null
  try {
    write = openSync(path, constants.O_WRONLY)
    unlinkSync(path)
    return { write, reader: new Socket({ fd: read, readable: true, writable: false }) }
  } catch (error) {
    closeSync(read)
    if (write !== null) closeSync(write)
    throw error
  }
}
