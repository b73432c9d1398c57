const GROUPED = new Intl.NumberFormat('en-US')

/** A count for a person, with thousands apart as in both of our languages: `12,345`. */
export function figure(count: number): string {
  return GROUPED.format(count)
}
