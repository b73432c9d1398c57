import i18next from 'i18next'
import { formatDuration } from '../format/duration.ts'
import { formatInstant } from '../format/instant.ts'
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
export function describeCounts(marks: readonly RibbonMark[]): string {
  const counts = new Map<Outcome, number>()
  for (const { outcome } of marks) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  const parts = [...counts].map(([outcome, count]) => `${i18next.t(`outcome.${outcome}`)} ${count}`)
  return parts.length === 0 ? i18next.t('ribbon.nothing') : parts.join(i18next.t('ribbon.and'))
}
