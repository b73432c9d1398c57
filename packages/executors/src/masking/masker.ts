import type { Json, RunOutcome } from '@rota/core'
import { LineMasker } from './line-masker.ts'
import { NeedleSet } from './needle-set.ts'
import { needlesOf } from './needles.ts'
import { StreamMasker } from './stream-masker.ts'

/** Replaces the secrets of an attempt by `***` in whatever it says. */
export class Masker {
  readonly #needles: NeedleSet

  constructor(needles: NeedleSet) {
    this.#needles = needles
  }

  /** For bytes that come one after the other. */
  stream(): StreamMasker {
    return new StreamMasker(this.#needles)
  }

  /** For lines that come one after the other. */
  lines(): LineMasker {
    return new LineMasker(this.#needles)
  }

  /** A whole text. Where it was cut off behind six bytes or more of a secret, those are replaced, too. */
  text(text: string): string {
    const bytes = Buffer.from(text)
    const stream = this.stream()
    const begun = stream.push(bytes)
    const masked = Buffer.concat([begun, stream.end()])
    return masked.equals(bytes) ? text : masked.toString()
  }

  /** A value, with every text, number and name in it. */
  json(value: Json): Json {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number') {
      const text = String(value)
      const masked = this.text(text)
      return masked === text ? value : masked
    }
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((item) => this.json(item))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.text(name), this.json(item)]))
  }

  outcome(outcome: RunOutcome): RunOutcome {
    const { error, result, outputTail } = outcome
    return {
      ...outcome,
      error: error === null ? null : this.text(error),
      result: this.json(result ?? null),
      outputTail: outputTail === '' ? '' : this.text(outputTail),
    }
  }
}

/** By the list, which is the same one as long as the secrets are: to put a masker together takes about a millisecond. */
const MADE = new WeakMap<readonly string[], Masker | null>()

/** The masker for some values; null when none of them is long enough to be recognised. */
export function maskerOf(values: readonly string[] | undefined): Masker | null {
  if (values === undefined || values.length === 0) return null
  let masker = MADE.get(values)
  if (masker === undefined) {
    const needles = needlesOf(values)
    masker = needles.length === 0 ? null : new Masker(new NeedleSet(needles))
    MADE.set(values, masker)
  }
  return masker
}
