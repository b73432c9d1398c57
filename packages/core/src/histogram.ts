/**
 * Bucket 0 counts zeros; bucket i ≥ 1 counts values in (γ^(i-2), γ^(i-1)]. The value that stands for a bucket,
 * 2·γ^(i-1)/(γ+1), is off by at most (γ-1)/(γ+1), here 4.8 %: the mapping of DDSketch (Masson, Rim, Lee, PVLDB 12,
 * 2019, §2.1).
 */
const GAMMA = 1.1
const LOG_GAMMA = Math.log(GAMMA)

function bucketOf(value: number): number {
  return value < 1 ? 0 : 1 + Math.ceil(Math.log(value) / LOG_GAMMA - 1e-9)
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : (2 * GAMMA ** (bucket - 1)) / (GAMMA + 1)
}

/** So few values are kept as they are: a quantile of few is one of them. */
const MOST_EXACT = 16

/**
 * Counts of whole numbers from 0 on a logarithmic scale, in a few dozen numbers whatever their range. Few values are
 * kept beside their counts, so that their quantiles are exact.
 */
export class Histogram {
  readonly #counts = new Map<number, number>()
  /** Every value that was counted, in no order; null once there are more than {@link MOST_EXACT}. */
  #exact: number[] | null = []
  #count = 0

  /** How many values were counted. */
  get count(): number {
    return this.#count
  }

  /** Counts a value, rounded to a whole number; below zero it counts as zero. Throws RangeError when not finite. */
  add(value: number, times = 1): void {
    if (!Number.isFinite(value)) throw new RangeError(`A histogram counts finite values, not ${value}.`)
    const whole = Math.max(0, Math.round(value))
    this.#addTo(bucketOf(whole), times)
    this.#keep(times > MOST_EXACT ? null : Array<number>(times).fill(whole))
  }

  /** Adds what another histogram counted. */
  merge(other: Histogram): void {
    for (const [bucket, times] of other.#counts) this.#addTo(bucket, times)
    this.#keep(other.#exact)
  }

  /**
   * The value below or at which the share `q` of all lies, by nearest rank; exact for few values, else off by at most
   * 5 %. Null when empty.
   * Throws RangeError when `q` is not within 0 and 1.
   */
  quantile(q: number): number | null {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile is between 0 and 1, not ${q}.`)
    if (this.#count === 0) return null
    let rank = Math.max(1, Math.ceil(q * this.#count))
    if (this.#exact !== null) return this.#exact.toSorted((a, b) => a - b)[rank - 1]!
    for (const [bucket, times] of this.#sorted()) {
      rank -= times
      if (rank <= 0) return middleOf(bucket)
    }
    return null
  }

  /** Bucket → count, the form in which histograms are stored; few values stand beside them under `values`. */
  toJSON(): Record<string, number | number[]> {
    // Whole-number keys of an object are in ascending order by themselves.
    const counts = Object.fromEntries(this.#counts)
    const isExact = this.#exact !== null && this.#exact.length > 0
    return isExact ? { ...counts, values: this.#exact!.toSorted((a, b) => a - b) } : counts
  }

  /** Reads what {@link toJSON} gave; entries that are no counts are passed over. */
  static from(stored: unknown): Histogram {
    const histogram = new Histogram()
    if (typeof stored !== 'object' || stored === null) return histogram
    for (const [key, times] of Object.entries(stored)) {
      const bucket = Number(key)
      if (Number.isInteger(bucket) && bucket >= 0 && Number.isInteger(times) && times > 0) {
        histogram.#addTo(bucket, times)
      }
    }
    const { values } = stored as { values?: unknown }
    // Older ones, and any that a hand has changed, have counts alone.
    const isWhole = Array.isArray(values) && values.length === histogram.count && values.every(Number.isSafeInteger)
    if (isWhole) histogram.#exact = [...(values as number[])]
    else if (histogram.count > 0) histogram.#exact = null
    return histogram
  }

  #keep(values: readonly number[] | null) {
    if (this.#exact === null) return
    const isMany = values === null || this.#exact.length + values.length > MOST_EXACT
    if (isMany) this.#exact = null
    else this.#exact.push(...values)
  }

  #addTo(bucket: number, times: number) {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + times)
    this.#count += times
  }

  #sorted(): [number, number][] {
    return [...this.#counts].sort(([a], [b]) => a - b)
  }
}
