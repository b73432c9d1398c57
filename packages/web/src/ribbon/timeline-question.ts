import { type RibbonView, stretchOf } from './view.ts'

export interface TimelineScope {
  taskId?: string | undefined
  nodeId?: string | undefined
  /** With the groups below it. */
  group?: string | undefined
}

const MOST_EXECUTIONS = 20_000

/** What a view shows, and half as much on both sides, so that a small move finds it there. */
export function timelineQuestion({ span, at }: RibbonView, { taskId, nodeId, group }: TimelineScope = {}) {
  return {
    // The first word is the one that the live channel makes stale.
    key: ['timeline', { span, at, taskId, nodeId, group }],
    path: '/api/scheduler/timeline',
    query: () => {
      const { from, to } = stretchOf({ span: span * 2, at }, Date.now())
      return {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        limit: MOST_EXECUTIONS,
        ...(taskId !== undefined && { task_id: taskId }),
        ...(nodeId !== undefined && { node_id: nodeId }),
        ...(group !== undefined && { group: `${group}/` }),
      }
    },
  } as const
}
