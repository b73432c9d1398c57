import { type Clock, processZone, systemClock } from '@rota/core'

/** Everything a command takes from the process around it; tests give their own. */
export interface Terminal {
  env: Record<string, string | undefined>
  cwd: string
  /** Writes text and a line end to stdout. */
  out(text: string): void
  /** Resolves when stdout takes more; a slow reader then slows us instead of filling memory. */
  drained(): Promise<void>
  err(text: string): void
  /** Writes to stderr as it is, for what is drawn over. */
  errRaw(text: string): void
  outIsTty: boolean
  errIsTty: boolean
  inIsTty: boolean
  /** Columns of stdout; undefined when it is no terminal, or one that does not know its size. */
  width: number | undefined
  errWidth: number | undefined
  readStdin(): Promise<string>
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
  clock: Clock
  fetch: typeof fetch
  /** IANA zone of the person at the terminal. */
  zone: string
}

/** The terminal of this process. Ends the process quietly when whoever reads our output has gone (`| head`). */
export function processTerminal(signal: AbortSignal): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      throw error
    })
  }
  return {
    env: process.env,
    cwd: process.cwd(),
    out: (text) => void process.stdout.write(`${text}\n`),
    drained: () =>
      process.stdout.writableNeedDrain
        ? new Promise((resolve) => process.stdout.once('drain', resolve))
        : Promise.resolve(),
    err: (text) => void process.stderr.write(`${text}\n`),
    errRaw: (text) => void process.stderr.write(text),
    outIsTty: process.stdout.isTTY === true,
    errIsTty: process.stderr.isTTY === true,
    inIsTty: process.stdin.isTTY === true,
    width: (process.stdout.isTTY && process.stdout.columns) || undefined,
    errWidth: (process.stderr.isTTY && process.stderr.columns) || undefined,
    readStdin: () => readStdin(signal),
    signal,
    clock: systemClock,
    fetch,
    // A TZ that is not understood is refused where a schedule would take its zone; what is shown says its offset.
    zone: processZone(process.env.TZ, new Intl.DateTimeFormat().resolvedOptions().timeZone) ?? 'UTC',
  }
}

async function readStdin(signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  const stop = () => process.stdin.destroy()
  signal.addEventListener('abort', stop)
  try {
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  } finally {
    signal.removeEventListener('abort', stop)
  }
  signal.throwIfAborted()
  return Buffer.concat(chunks).toString('utf8')
}
