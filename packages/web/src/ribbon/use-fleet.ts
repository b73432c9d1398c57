import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RibbonLane, RibbonMark } from './mark.ts'
import { byGroup, byTask, NOWHERE } from './marks-of.ts'
import { useTimeline } from './use-timeline.ts'
import type { RibbonView } from './view.ts'

/** Marks and lanes of everything, or of one group: a lane per group or per task; lanes without marks are left out. */
export function useFleet(view: RibbonView, by: 'group' | 'task', group?: string | undefined) {
  const { t } = useTranslation()
  const timeline = useTimeline(view, { group }, by === 'group' ? byGroup : byTask)
  const nowhere = t('ribbon.noGroup')
  const lanes = useMemo(() => lanesOf(timeline.marks, by, nowhere), [timeline.marks, by, nowhere])
  return { ...timeline, lanes }
}

/** By name; what belongs nowhere comes last. There is at least one. */
function lanesOf(marks: readonly RibbonMark[], by: 'group' | 'task', nowhere: string): RibbonLane[] {
  const labels = new Map(marks.map(({ lane, title }) => [lane, by === 'task' ? title : lane]))
  const hasNowhere = labels.delete(NOWHERE)
  const named = [...labels].map(([id, label]) => ({ id, label }))
  named.sort((a, b) => (a.label < b.label ? -1 : 1))
  return hasNowhere || named.length === 0 ? [...named, { id: NOWHERE, label: nowhere }] : named
}
