import { currentLanguage, LOCALES } from '../i18n/i18n.ts'

/** `12,345`. */
export function formatCount(value: number): string {
  return value.toLocaleString(LOCALES[currentLanguage()])
}

/** `98.25 %`; a dash when there is nothing to divide. */
export function formatPercentage(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(value === 100 || value === 0 ? 0 : 2)} %`
}

const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `12.4 MiB`. */
export function formatBytes(bytes: number): string {
  const step = Math.min(STEPS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1_024 ** step
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${STEPS[step]}`
}
