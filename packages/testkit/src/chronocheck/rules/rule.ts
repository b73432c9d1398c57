import type { Doubts, Finding, History } from '../history.ts'
import type { Timeline } from '../timeline.ts'

/** A rule answers what it finds wrong, and adds to the doubts what may have been either way. */
export type Rule = (history: History, timeline: Timeline, doubts: Doubts) => Finding[]
