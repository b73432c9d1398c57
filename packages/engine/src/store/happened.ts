import type { Trigger } from '@rota/core'
import type { Finish, Settlement, UnrunAnswer } from '../ports/executions.ts'
import { UNSEEN } from '../ports/executions.ts'
import type { Ended, Happening, Retried, WorkFacts } from '../ports/happenings.ts'
import type { KeptHappening } from '../ports/outbox.ts'

/** What a row says of its execution when something becomes of it. */
export interface Subject {
  id: string
  tenantId: string | null
  taskSeq: number | null
  trigger: Trigger
  attempt: number
  dueAt: number
  /** How long the attempts before ran, in ms. */
  earlierMs?: number | null
  instanceId?: string | null
}

type Outcome = Pick<Finish, 'status' | 'failure' | 'reason' | 'startedAt' | 'finishedAt'>

export function endedOf(row: Subject, end: Outcome, work: WorkFacts | null = null): Ended {
  const { id, tenantId, taskSeq, trigger, attempt, dueAt, earlierMs, instanceId } = row
  const { status, failure, reason, startedAt, finishedAt } = end
  const lastMs = startedAt === null ? null : finishedAt - startedAt
  return {
    kind: 'execution_finished',
    id,
    tenantId,
    taskSeq,
    work,
    trigger,
    attempt,
    dueAt,
    startedAt,
    finishedAt,
    instanceId: instanceId ?? null,
    status,
    failure,
    reason,
    ranMs: earlierMs ? earlierMs + (lastMs ?? 0) : lastMs,
  }
}

/** Of a row that ended without a run, or whose run nobody has seen the end of. */
export function unrunOf(row: Subject, status: Ended['status'], reason: string | null, finishedAt: number): Ended {
  return endedOf(row, { ...UNSEEN, status, reason, finishedAt })
}

export function answeredOf(answer: UnrunAnswer): Ended {
  return unrunOf({ ...answer, trigger: 'schedule', attempt: 0 }, 'skipped', answer.reason, answer.at)
}

export function retriedOf(row: Subject, { begun, work, runAt }: SentBack, finishedAt: number): Retried {
  const { id, tenantId, taskSeq, trigger, attempt, dueAt, instanceId } = row
  return {
    kind: 'execution_retried',
    id,
    tenantId,
    taskSeq,
    work: work ?? null,
    trigger,
    attempt,
    dueAt,
    startedAt: begun?.startedAt ?? null,
    finishedAt,
    instanceId: instanceId ?? null,
    runAt,
  }
}

type SentBack = Extract<Settlement, { kind: 'retry' }>

/** As the outbox keeps it. `taskId` is looked up while its task is sure to be there. */
export function keptHappening({ taskSeq: _, work: __, ...rest }: Happening, taskId: string | null): KeptHappening {
  return { ...rest, taskId }
}
