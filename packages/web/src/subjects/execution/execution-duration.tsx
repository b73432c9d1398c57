import type { ListedExecution } from '../../api/types.ts'
import { Duration } from '../../ui/duration.tsx'

/** Seconds of the API as a span; grows while it runs. */
export function ExecutionDuration({ execution }: { execution: ListedExecution }) {
  if (execution.status === 'running' && execution.started_at !== null) {
    return <Duration since={Date.parse(execution.started_at)} />
  }
  return <Duration ms={execution.duration === null ? null : execution.duration * 1_000} />
}
