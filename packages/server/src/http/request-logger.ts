import type { FastifyBaseLogger } from 'fastify'

type Arguments = [object: unknown, message?: string, ...values: unknown[]]

/** The logger of one request. It is made with its bindings when something is logged, which few requests do. */
export class RequestLogger {
  readonly #parent: FastifyBaseLogger
  readonly #bindings: Record<string, unknown>
  #own: FastifyBaseLogger | null = null

  constructor(parent: FastifyBaseLogger, bindings: Record<string, unknown>) {
    this.#parent = parent
    this.#bindings = bindings
  }

  get level(): string {
    return this.#parent.level
  }

  child(...args: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger {
    return this.#made().child(...args)
  }

  fatal(...args: Arguments): void {
    this.#made().fatal(...args)
  }

  error(...args: Arguments): void {
    this.#made().error(...args)
  }

  warn(...args: Arguments): void {
    this.#made().warn(...args)
  }

  info(...args: Arguments): void {
    this.#made().info(...args)
  }

  debug(...args: Arguments): void {
    this.#made().debug(...args)
  }

  trace(...args: Arguments): void {
    this.#made().trace(...args)
  }

  silent(...args: Arguments): void {
    this.#made().silent(...args)
  }

  #made(): FastifyBaseLogger {
    this.#own ??= this.#parent.child(this.#bindings)
    return this.#own
  }
}
