import { mentionsSecret, type Order, type RunOutcome, say, secretsIn, withSecrets } from '@rota/core'
import { type Masker, maskerOf } from '@rota/executors'
import type { Channel, Report } from '../ports/channel.ts'
import { type Revealed, SecretError, type SecretSource } from '../ports/secrets.ts'

/**
 * A channel that puts the values of secrets in the place of references, and lets none of them into what is reported.
 * They are asked for when the order comes, and kept nowhere but in the order that goes on. What cannot be had ends the
 * attempt before anything of it begins.
 */
export function createSecretChannel(channel: Channel, source: SecretSource | null): Channel {
  /** Orders whose secrets are being asked for. */
  const asking = new Set<Asked>()

  async function ask(asked: Asked, names: readonly string[], secrets: SecretSource) {
    const { order, report } = asked
    try {
      const revealed = await secrets.reveal(order.executionId, names)
      if (asking.delete(asked)) channel.offer(filled(order, revealed), masked(report, revealed.hidden))
    } catch (error) {
      if (!asking.delete(asked)) return
      const why = error instanceof Error ? error.message : String(error)
      end(asked, failed(error instanceof SecretError ? why : say`Its secrets could not be read: ${why}`))
    }
  }

  return {
    offer(order, report) {
      if (!mentionsSecret(order)) {
        channel.offer(order, report)
        return
      }
      const names = secretsIn(order)
      if (names.length === 0) {
        channel.offer(filled(order, NOTHING), report)
        return
      }
      const asked = { order, report }
      if (source === null) {
        end(asked, failed(say`It refers to the secret ${names[0]!}, but this scheduler keeps none.`))
        return
      }
      asking.add(asked)
      void ask(asked, names, source)
    },
    cancel(executionId, fence, reason) {
      for (const asked of asking) {
        if (asked.order.executionId !== executionId || asked.order.fence !== fence) continue
        asking.delete(asked)
        end(asked, { ...failed(reason), status: 'cancelled', failure: null })
        return
      }
      channel.cancel(executionId, fence, reason)
    },
    // Whoever runs it masks what it says: it has had the values all along.
    resume: (attempt, report) => channel.resume?.(attempt, report),
    forget: (executionId, fence) => channel.forget?.(executionId, fence),
  }
}

interface Asked {
  order: Order
  report: Report
}

const NOTHING: Revealed = { values: new Map(), hidden: [] }

function filled(order: Order, { values, hidden }: Revealed): Order {
  return { ...withSecrets(order, (name) => values.get(name)!), secrets: hidden }
}

function end({ report }: Asked, outcome: RunOutcome): void {
  report.acked()
  void report.ended(outcome)
}

function failed(error: string): RunOutcome {
  return {
    status: 'failed',
    failure: 'secret',
    exitCode: null,
    signal: null,
    error,
    result: null,
    outputTail: '',
    cpuSeconds: null,
    maxRssBytes: null,
    droppedLogBytes: 0,
  }
}

/** A report behind which no secret appears, whoever runs the attempt. */
function masked(report: Report, hidden: readonly string[]): Report {
  const masker = maskerOf(hidden)
  return masker === null ? report : new MaskedReport(report, masker)
}

class MaskedReport implements Report {
  readonly #report: Report
  readonly #masker: Masker
  readonly #lines: ReturnType<Masker['lines']>

  constructor(report: Report, masker: Masker) {
    this.#report = report
    this.#masker = masker
    this.#lines = masker.lines()
  }

  acked(): void {
    this.#report.acked()
  }

  refused(...[refusal, why]: Parameters<Report['refused']>): void {
    this.#report.refused(refusal, this.#masker.text(why))
  }

  lines(batch: Parameters<Report['lines']>[0]): boolean {
    const lines = this.#lines.push(batch)
    return lines.length === 0 || this.#report.lines(lines)
  }

  drained(): Promise<void> {
    return this.#report.drained()
  }

  progress(percent: number, message: string | null): void {
    this.#report.progress(percent, message === null ? null : this.#masker.text(message))
  }

  unfinished(line: Parameters<Report['unfinished']>[0]): void {
    this.#report.unfinished(line === null ? null : { ...line, text: this.#masker.text(line.text) })
  }

  lost(why: string): void {
    this.#report.lost(this.#masker.text(why))
  }

  ended(outcome: RunOutcome): Promise<void> | void {
    const rest = this.#lines.end()
    if (rest.length > 0) this.#report.lines(rest)
    return this.#report.ended(this.#masker.outcome(outcome))
  }
}
