import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './wait.ts'

const ROOT = join(import.meta.dirname, '../../../..')
/** Built before the tests, as `npm start` does it (e2e/build-server.ts); the sources as they are where nothing was. */
const BUILT = process.env.E2E_ROTA
const ROTA = BUILT ?? join(ROOT, 'packages/cli/bin/rota.js')
/** A build does not know where its checkout has the interface. */
const WEB = BUILT === undefined ? {} : { ROTA_HTTP_WEB_DIR: join(ROOT, 'packages/web/dist') }
const ADMIN_PASSWORD = 'e2e horse battery staple'
const READY_WITHIN_MS = 60_000
const STOPPED_WITHIN_MS = 60_000
/** Characters of output. */
const MOST_KEPT = 1_000_000

export interface ServerOptions {
  dataDir?: string
  port?: number
  /** Arguments after `rota server`. */
  args?: string[]
  env?: Record<string, string>
  /** A program and its arguments that start the server, such as `prlimit --fsize=…`. */
  wrapper?: string[]
  /** `npm start --` instead of the program itself. */
  viaNpm?: boolean
  /** Gets everything that it prints, from all its starts. */
  logFile?: string
  /** Of the administrator, instead of one that all servers under test have. */
  password?: string
  /** Leaves the one-time password to the server instead of giving ROTA_ADMIN_PASSWORD. */
  ownPassword?: boolean
}

export interface Reply<T> {
  status: number
  body: T
}

export interface RequestOptions {
  headers?: Record<string, string>
  /** After this long the request is broken off, and its outcome unknown. */
  withinMs?: number
}

type WholeRequest = RequestOptions & { method: string; path: string; body?: unknown }

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

const folders: string[] = []
const servers = new Set<ServerProcess>()

/** A new folder that {@link cleanUp} removes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rota-e2e-'))
  folders.push(folder)
  return folder
}

/** Kills what still runs and removes all folders; for `afterEach` or `afterAll`. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...servers].map((server) => server.kill()))
  servers.clear()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Only what a program needs: no ROTA_ variable of the caller may reach a server under test. */
function plainEnvironment(more: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: homedir(), LANG: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1', ...more }
}

/** `rota server` as a process of its own. It can be started again after it has ended, on the same data and port. */
export class ServerProcess {
  readonly options: ServerOptions
  readonly dataDir: string
  /** What it has printed since its last start; the last of it, if that is much. */
  output = ''
  /** Ends that nobody had asked for, with the last of what was printed. */
  readonly crashes: (Exit & { at: number; output: string })[] = []
  #port: number | null
  #child: ChildProcess | null = null
  #exit: Promise<Exit> | null = null
  #token: string | null = null
  #isToEnd = false

  constructor(options: ServerOptions = {}) {
    this.options = options
    this.dataDir = options.dataDir ?? join(temporaryFolder(), 'data')
    this.#port = options.port ?? null
    servers.add(this)
  }

  get #password(): string {
    return this.options.password ?? ADMIN_PASSWORD
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get pid(): number {
    return this.#child!.pid!
  }

  /** Starts it and waits until it takes work. Throws with its output when it ends instead. */
  async start(): Promise<this> {
    const { ended } = await this.launch()
    let answer = 'no answer'
    const what = () => `server ready at ${this.url} (${answer}):\n${this.output}\n`
    await eventually(what, READY_WITHIN_MS, async () => {
      if (!this.isRunning) {
        throw new Error(`The server ended (${JSON.stringify(await ended)}) instead of starting:\n${this.output}`)
      }
      const reply = await fetch(`${this.url}/ready`).catch(() => undefined)
      if (reply !== undefined) answer = `${reply.status} ${await reply.text()}`
      // The greeting comes last: by then there are an administrator and a token for the command line.
      return reply?.ok && this.output.includes(`is running at ${this.url}`)
    })
    return this
  }

  /** Starts it without waiting; `ended` resolves when it ends. */
  async launch(): Promise<{ ended: Promise<Exit> }> {
    this.#port ??= await freePort()
    const { args = [], env = {}, wrapper = [], viaNpm = false, ownPassword = false } = this.options
    const server = viaNpm ? ['npm', 'start', '--'] : [process.execPath, ROTA, 'server']
    const [program, ...rest] = [...wrapper, ...server, '--data', this.dataDir, '--port', `${this.#port}`, ...args]
    const password: Record<string, string> = ownPassword ? {} : { ROTA_ADMIN_PASSWORD: this.#password }
    this.output = ''
    const child = spawn(program!, rest, {
      cwd: ROOT,
      env: plainEnvironment({ ...WEB, ...password, ...env }),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: viaNpm,
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        this.output = (this.output + chunk).slice(-MOST_KEPT)
        if (this.options.logFile !== undefined) appendFileSync(this.options.logFile, chunk)
      })
    }
    this.#child = child
    this.#isToEnd = false
    this.#exit = once(child, 'close').then(([code, signal]) => {
      const output = this.output.slice(-4_000)
      if (!this.#isToEnd) this.crashes.push({ code, signal, at: Date.now(), output })
      return { code, signal }
    })
    return { ended: this.#exit }
  }

  /** Sends a signal and waits for the end. Throws, after killing it, when it does not end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.signal(signal)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const message = () =>
        new Error(`${signal} did not end the server within ${STOPPED_WITHIN_MS} ms:\n${this.output}`)
      timer = setTimeout(() => reject(message()), STOPPED_WITHIN_MS)
    })
    try {
      return await Promise.race([this.#exit!, late])
    } finally {
      clearTimeout(timer)
      await this.kill()
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#isToEnd ||= ['SIGTERM', 'SIGINT', 'SIGKILL'].includes(signal)
    // npm passes signals on late or never; its whole group gets them.
    if (this.options.viaNpm) process.kill(-this.pid, signal)
    else this.#child?.kill(signal)
  }

  /** kill -9, and waits until it is gone. Harmless when it has ended. */
  async kill(): Promise<void> {
    if (!this.isRunning) return
    this.signal('SIGKILL')
    await this.#exit
  }

  /** A request as the administrator; it logs in when it must. */
  async api<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options: RequestOptions = {},
  ): Promise<Reply<T>> {
    this.#token ??= await this.#login(options)
    const reply = await this.#request({ method, path, body, ...options })
    if (reply.status !== 401) return reply as Reply<T>
    this.#token = await this.#login(options)
    return (await this.#request({ method, path, body, ...options })) as Reply<T>
  }

  /** As {@link api}, but throws unless the reply is a success. */
  async ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await this.api<T>(method, path, body)
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
    return reply.body
  }

  get token(): string | null {
    return this.#token
  }

  async #request({ method, path, body, headers, withinMs }: WholeRequest): Promise<Reply<unknown>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(withinMs === undefined ? {} : { signal: AbortSignal.timeout(withinMs) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }

  async #login({ withinMs }: RequestOptions): Promise<string> {
    const password = this.options.ownPassword ? this.oneTimePassword : this.#password
    const response = await fetch(`${this.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
      ...(withinMs === undefined ? {} : { signal: AbortSignal.timeout(withinMs) }),
    })
    if (!response.ok) throw new Error(`The login failed: ${response.status} ${await response.text()}`)
    return ((await response.json()) as { access_token: string }).access_token
  }

  /** As it was printed at the first start. */
  get oneTimePassword(): string {
    const [, password] = /^\s*Password\s+(\S+)$/m.exec(this.output) ?? []
    if (password === undefined) throw new Error(`No one-time password was printed:\n${this.output}`)
    return password
  }
}

/** Runs `rota` with arguments; never throws for its exit code. */
export async function rota(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: ROOT, env: plainEnvironment(env), maxBuffer: 64 * 1024 * 1024, timeout: 60_000 }
    execFile(process.execPath, [ROTA, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr })
    })
  })
}
