import type { FencedAttempt, KeptFencedAttempt } from '../ports/executions.ts'

/** A fenced attempt as it is kept. */
export function fencedText({ attempt, instanceId, startedAt, fencedAt }: FencedAttempt): string {
  return JSON.stringify({ attempt, instanceId, startedAt, fencedAt } satisfies KeptFencedAttempt)
}
