import i18next from 'i18next'
import { formatDuration } from '../format/duration.ts'
import { formatInstant } from '../format/instant.ts'
import { formatCount } from '../format/number.ts'
import type { Outcome } from '../subjects/execution/outcomes.ts'
import { whatHappened } from '../subjects/execution/reason-text.ts'
import type { RibbonMark } from './mark.ts'

/** A mark in one sentence, for those who hear it. */
export function describeMark(mark: RibbonMark, zone: string): string {
  const length = mark.startedAt !== null && mark.endedAt !== null ? formatDuration(mark.endedAt - mark.startedAt) : ''
  const why = mark.why === null ? '' : whatHappened(mark.why)
  const parts = [mark.title, i18next.t(`outcome.${mark.outcome}`), formatInstant(mark.dueAt, { zone }), length, why]
  return parts.filter(Boolean).join(', ')
}

/** How many of which outcome: "12 success, 1 failed". */
export function describeCounts(counts: ReadonlyMap<Outcome, number>): string {
  const parts = [...counts].map(([outcome, count]) => `${i18next.t(`outcome.${outcome}`)} ${formatCount(count)}`)
  return parts.length === 0 ? i18next.t('ribbon.nothing') : parts.join(i18next.t('ribbon.and'))
}
