/** What the instances' leases really are, as the store was told. */
export class Leases {
  /** By instance: until when, and when it was last found to have ended before it was renewed. */
  readonly #known = new Map<string, { until: number; lapsedAt: number }>()

  /** An instance renews its lease. */
  renewed(instance: string, until: number, now: number) {
    const lease = this.#known.get(instance)
    if (lease === undefined) this.#known.set(instance, { until, lapsedAt: Number.NEGATIVE_INFINITY })
    else {
      if (lease.until < now) lease.lapsedAt = now
      lease.until = until
    }
  }

  isValid(instance: string, now: number): boolean {
    return (this.#known.get(instance)?.until ?? Number.NEGATIVE_INFINITY) >= now
  }

  /** Whether there was a moment since then in which others had a right to its work. */
  hasLapsed(instance: string, since: number, now: number): boolean {
    const lease = this.#known.get(instance)
    return lease === undefined || lease.until < now || lease.lapsedAt >= since
  }
}
