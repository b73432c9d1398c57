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

/** Counts of whole numbers from 0 on a logarithmic scale, in a few dozen numbers whatever their range. */
export class Histogram {
  readonly #counts = new Map<number, number>()
  #count = 0

  /** How many values were counted. */
  get count(): number {
    return this.#count
  }

  /** Counts a value, rounded to a whole number; below zero it counts as zero. Throws RangeError when not finite. */
  add(value: number, times = 1): void {
    if (!Number.isFinite(value)) throw new RangeError(`A histogram counts finite values, not ${value}.`)
    this.#addTo(bucketOf(Math.round(value)), times)
  }

  /** Adds what another histogram counted. */
  merge(other: Histogram): void {
    for (const [bucket, times] of other.#counts) this.#addTo(bucket, times)
  }

  /**
   * The value below or at which the share `q` of all lies, by nearest rank; off by at most 5 %. Null when empty.
   * Throws RangeError when `q` is not within 0 and 1.
   */
  quantile(q: number): number | null {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile is between 0 and 1, not ${q}.`)
    if (this.#count === 0) return null
    let rank = Math.max(1, Math.ceil(q * this.#count))
    for (const [bucket, times] of this.#sorted()) {
      rank -= times
      if (rank <= 0) return middleOf(bucket)
    }
    return null
  }

  /** Bucket → count, the form in which histograms are stored. */
  toJSON(): Record<string, number> {
    // Whole-number keys of an object are in ascending order by themselves.
    return Object.fromEntries(this.#counts)
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
    return histogram
  }

  #addTo(bucket: number, times: number) {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + times)
    this.#count += times
  }

  #sorted(): [number, number][] {
    return [...this.#counts].sort(([a], [b]) => a - b)
  }
}
