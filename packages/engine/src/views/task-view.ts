import {
  type ExecutionDefaults,
  effectiveExecution,
  type TaskDefinition,
  type TaskStatus,
  type TaskView,
} from '@rota/core'
import { jitteredAt } from '../planning/occurrence.ts'
import { isManual, keyOfOld } from '../planning/rule.ts'
import type { ScheduleState, TaskRecord } from '../ports/queries.ts'
import type { TaskRow } from '../ports/tasks.ts'
import type { DocumentBook, ReadDocument } from './document-book.ts'
import { isoOf } from './instants.ts'
import type { RuleBook, RuleText } from './rule-book.ts'

/** A task as people read it: its document, every field present, and how it stands. */
export function taskView(
  { task, schedules, last, runCount }: TaskRecord,
  { rules, documents, defaults }: { rules: RuleBook; documents: DocumentBook; defaults: ExecutionDefaults },
): TaskView {
  const { definition, document } = readOf(task, documents)
  const status = statusOf(task, schedules)
  const entries = entriesOf(definition, schedules, rules)
  const isoIfActive = (at: number | null) => (status === 'active' ? isoOf(at) : null)
  return {
    ...document,
    name: task.name,
    hash_key: definition.hash_key ?? oldKey(definition, task.id),
    id: task.id,
    tenant_id: task.tenantId,
    version: task.version,
    status,
    effective: effectiveExecution(definition, defaults),
    cron: entries[0]?.text?.label ?? null,
    words: wordsOf(entries.flatMap(({ text }) => text ?? [])),
    schedules: entries.map(({ schedule, timezone, text, nextDueAt, nextRunAt }) => ({
      schedule,
      timezone,
      cron: text?.label ?? null,
      next_run: isoIfActive(nextRunAt),
      next_due: isoIfActive(nextDueAt),
    })),
    next_run: isoIfActive(earliest(entries.map((entry) => entry.nextRunAt))),
    next_due: isoIfActive(earliest(entries.map((entry) => entry.nextDueAt))),
    last_run: isoOf(last?.startedAt ?? null),
    last_status: last?.status ?? null,
    last_execution_id: last?.id ?? null,
    run_count: runCount,
    created_at: isoOf(task.createdAt),
    created_by: task.createdBy,
    updated_at: isoOf(task.updatedAt),
    updated_by: task.updatedBy,
    deleted_at: isoOf(task.deletedAt),
    paused_at: isoOf(task.pausedAt),
  }
}

/** What the schedules of a task without a key are drawn from; null where nothing is. */
function oldKey({ schedules }: TaskDefinition, id: string): string | null {
  return schedules.some(({ schedule }) => keyOfOld(schedule, id) !== null) ? id : null
}

function statusOf(task: TaskRow, schedules: readonly ScheduleState[]): TaskStatus {
  if (task.deletedAt !== null) return 'deleted'
  if (!task.enabled) return 'disabled'
  if (task.pausedAt !== null) return 'paused'
  return schedules.length > 0 && earliest(schedules.map((state) => state.comingAt)) === null ? 'finished' : 'active'
}

/** A document that cannot be read must not hide the others of a list. */
function readOf(task: TaskRow, documents: DocumentBook): ReadDocument {
  try {
    return documents(task.definition)
  } catch {
    return documents(JSON.stringify({ type: task.type }))
  }
}

/** The schedules of a document, each with the state of its row. Manual kinds have no row. */
function entriesOf(definition: TaskDefinition, states: readonly ScheduleState[], rules: RuleBook) {
  let timed = 0
  return definition.schedules.map((entry) => {
    const state = isManual(entry.schedule) ? undefined : states[timed++]
    const text: RuleText | null = state === undefined ? null : rules(state.body)
    const nextDueAt = state?.comingAt ?? null
    if (state === undefined || text === null || nextDueAt === null) {
      return { ...entry, text, nextDueAt, nextRunAt: nextDueAt }
    }
    return { ...entry, text, nextDueAt, nextRunAt: jitteredAt(state.id, text, nextDueAt) }
  })
}

function wordsOf(texts: readonly RuleText[]): TaskView['words'] {
  if (texts.length === 0) return null
  if (texts.length === 1) return texts[0]!.words
  return { en: texts.map((t) => t.words.en).join('; '), zh: texts.map((t) => t.words.zh).join('；') }
}

function earliest(all: readonly (number | null)[]): number | null {
  let first: number | null = null
  for (const at of all) if (at !== null && (first === null || at < first)) first = at
  return first
}
