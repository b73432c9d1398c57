import type { Clock, Timer } from '@rota/core'
import type { Audit } from '@rota/engine'
import type { Logger } from 'pino'
import type { Checkpoints } from './checkpoints.ts'

export interface AuditKeeperOptions {
  audit: Pick<Audit, 'last' | 'prune'>
  checkpoints: Checkpoints
  clock: Clock
  logger: Logger
  /** How often a checkpoint is written, where there is anything new. */
  everyMs: number
  /** How long entries are kept; null for ever. */
  keepMs: number | null
}

/** Writes checkpoints of the audit, and removes what is older than it is to be kept, up to one of them. */
export class AuditKeeper {
  readonly #options: AuditKeeperOptions
  #lastSeq: number | null = null
  #timer: Timer | null = null
  #isStopped = false

  constructor(options: AuditKeeperOptions) {
    this.#options = options
  }

  /** Writes one now, and again and again. */
  async start(): Promise<void> {
    await this.#turn()
    // It may have been stopped meanwhile, and then nothing comes after the last one.
    if (this.#isStopped) return
    this.#timer = this.#options.clock.after(this.#options.everyMs, () => void this.start())
  }

  /** Writes the last one. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#mark()
  }

  async #turn(): Promise<void> {
    await this.#mark()
    await this.#prune().catch((error) => this.#options.logger.warn({ err: error }, 'the audit could not be pruned'))
  }

  async #mark(): Promise<void> {
    const { audit, checkpoints, clock, logger } = this.#options
    try {
      const last = await audit.last()
      this.#lastSeq ??= checkpoints.all().at(-1)?.seq ?? 0
      if (last === null || last.seq === this.#lastSeq) return
      checkpoints.add({ seq: last.seq, hash: last.hash, at: clock.now() })
      this.#lastSeq = last.seq
    } catch (error) {
      // Nothing else waits for it; the next one covers as much.
      logger.error({ err: error, file: checkpoints.path }, 'no checkpoint of the audit could be written')
    }
  }

  async #prune(): Promise<void> {
    const { audit, checkpoints, clock, logger, keepMs } = this.#options
    if (keepMs === null) return
    const before = clock.now() - keepMs
    const mark = checkpoints.all().findLast(({ at }) => Date.parse(at) <= before)
    if (mark === undefined) return
    const pruned = await audit.prune(mark.seq)
    if (pruned > 0) logger.info({ entries: pruned, up_to: mark.seq }, 'pruned the audit')
  }
}
