import i18next from 'i18next'

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/**
 * A span of milliseconds for people: `3 m 12 s`, `1.4 s`, `85 ms`; the two largest units, no more. `isWhole` shows
 * no fractions of seconds, as what moves by the second should; `isRough` the largest unit alone. Words come from the
 * current language.
 */
export function formatDuration(milliseconds: number, { isWhole = false, isRough = false } = {}): string {
  const size = Math.abs(Math.round(milliseconds))
  const sign = milliseconds < 0 ? '−' : ''
  if (size < 1_000 && !isWhole) return `${sign}${size} ${unit('millisecond')}`
  if (size < 10_000 && !isWhole) return `${sign}${Number((size / 1_000).toFixed(1))} ${unit('second')}`
  const parts: string[] = []
  // Rounded first, so that 59.9 s is a minute and not sixty seconds.
  let rest = Math.round(size / 1_000) * 1_000
  for (const [name, length] of UNITS) {
    const count = Math.floor(rest / length)
    rest -= count * length
    if (count > 0) parts.push(`${count} ${unit(name)}`)
    else if (parts.length > 0) break
    if (parts.length === (isRough ? 1 : 2)) break
  }
  return sign + parts.join(' ')
}

function unit(name: (typeof UNITS)[number][0] | 'millisecond'): string {
  return i18next.t(`time.${name}`)
}

/** Exact, for a tooltip: `192.014 s`. */
export function exactSeconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)} s`
}
