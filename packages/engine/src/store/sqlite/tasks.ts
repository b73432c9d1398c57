import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { RotaError, say } from '@rota/core'
import type { UnrunAnswer } from '../../ports/executions.ts'
import type { NewTask, ScheduleChange, ScheduleRow, TaskRow, TaskStore } from '../../ports/tasks.ts'
import { type AdmissionDesk, createAdmission } from './admission.ts'
import { isUniqueViolation, transaction } from './database.ts'
import { createExecutionInsert } from './execution-insert.ts'
import { startJournalOf } from './start-journal.ts'
import { prepareAll } from './statements.ts'

const CLAIMED = 3

interface UnstartedRow {
  seq: number
  id: string
  state: number
  taskSeq: number
  overlap: 'allow' | 'skip' | 'queue' | 'replace'
  keys: string | null
  admitted: number
  scheduleId: number | null
  trigger: string
  dueAt: number
}

/** Tasks in SQLite. */
export function createTaskStore(db: DatabaseSync): TaskStore {
  const admission: AdmissionDesk = createAdmission(db)
  const sql = prepareAll(db, {
    answer: 'insert-answer',
    answeredAfter: 'answered-after',
    atStart: 'tasks-at-start',
    byId: 'task-by-id',
    bySeq: 'task-by-seq',
    countPlanned: 'count-planned',
    deleteExecution: 'delete-execution',
    deleteSchedules: 'delete-schedules',
    finish: 'finish-execution',
    insert: 'insert-task',
    insertSchedule: 'insert-schedule',
    internRule: 'intern-rule',
    keepRevision: 'keep-revision',
    live: 'live-of-task',
    recall: 'recall-key',
    remember: 'remember-key',
    revision: 'revision',
    rule: 'rule',
    schedules: 'schedules-of-task',
    setKey: 'set-key',
    unstarted: 'unstarted-of-task',
    update: 'update-task',
    updateSchedule: 'update-schedule',
  })
  const purge = ['execution_history', 'execution_rollups', 'pruned_history', 'schedules', 'task_revisions'].map(
    (table) => db.prepare(`DELETE FROM ${table} WHERE task_seq = ?`),
  )
  const liveRows = db.prepare(
    'SELECT seq, task_seq AS taskSeq, overlap, keys, admitted FROM executions WHERE task_seq = ?',
  )
  const historyIds = db.prepare('SELECT id FROM execution_history WHERE task_seq = ?')
  const purgeTask = db.prepare('DELETE FROM tasks WHERE seq = ?')

  const insertExecution = createExecutionInsert(db)
  const ruleId = (body: string) => (sql.internRule.get(body) as { id: number }).id

  function insertOne({ row, schedules, keys }: NewTask): void {
    const tags = row.tags.length > 0 ? JSON.stringify(row.tags) : null
    const atStart = row.runAtStart ? 1 : null
    const added = sql.insert.run(
      row.id,
      row.tenantId,
      row.name,
      row.group,
      row.type,
      tags,
      row.enabled ? 1 : 0,
      row.definition,
      atStart,
      row.createdAt,
      row.createdBy,
    )
    const seq = Number(added.lastInsertRowid)
    for (const s of schedules) sql.insertSchedule.run(seq, s.ordinal, ruleId(s.body), s.next(row.createdAt, 0))
    for (const { key, max } of keys) sql.setKey.run(key, max)
  }

  function setSchedules(seq: number, changes: ScheduleChange[], now: number) {
    const stored = new Map((sql.schedules.all(seq) as unknown as ScheduleRow[]).map((row) => [row.ordinal, row]))
    for (const { ordinal, body, next } of changes) {
      const old = stored.get(ordinal)
      if (old === undefined) {
        sql.insertSchedule.run(seq, ordinal, ruleId(body), next(now, 0))
        continue
      }
      // Normally nothing after now is answered; it can be when the clock was set back, and must not be answered twice.
      const { answered } = sql.answeredAfter.get(old.id, seq, now) as { answered: number | null }
      const after = answered ?? now
      sql.updateSchedule.run(old.id, ruleId(body), next(after, old.planned), after)
    }
    sql.deleteSchedules.run(seq, changes.length)
  }

  /**
   * Removes what has not started; answers the claimed ones among them. What was due already keeps its answer in the
   * ledger; what was still to come is as if it had never been planned.
   */
  function dropUnstarted(seq: number, onlyFuture: boolean, now: number): number[] {
    const dropped: number[] = []
    for (const row of sql.unstarted.all(seq, onlyFuture ? 1 : 0, now) as unknown as UnstartedRow[]) {
      if (row.trigger !== 'schedule' || row.dueAt <= now) {
        const rest = [null, null, null, null, null, null, 0] as const
        sql.finish.run(row.seq, 'cancelled', null, say`the task was deleted`, null, now, ...rest)
      } else if (row.scheduleId !== null) {
        sql.countPlanned.run(row.scheduleId, -1)
      }
      sql.deleteExecution.run(row.seq)
      admission.release(row)
      if (row.state === CLAIMED) dropped.push(row.seq)
    }
    return dropped
  }

  function addAnswer(a: UnrunAnswer) {
    sql.answer.run(
      a.id,
      a.tenantId,
      a.taskSeq,
      a.taskVersion,
      a.scheduleId,
      a.reason,
      a.dueAt,
      a.coversFrom,
      a.coversCount,
      a.at,
    )
  }

  return {
    async insert(tasks, idempotency) {
      return namesGuarded(() =>
        transaction(db, () => {
          if (idempotency) {
            const { row } = tasks[0]!
            const { scope, key } = idempotency
            if (sql.remember.run(scope, key, row.id, row.createdAt).changes === 0) {
              return { earlier: (sql.recall.get(scope, key) as { resultId: string }).resultId }
            }
          }
          for (const task of tasks) insertOne(task)
          return { earlier: null }
        }),
      )
    },

    async byId(id, tenantId) {
      const row = sql.byId.get(id) as StoredTask | undefined
      return row && (tenantId === null || row.tenant_id === tenantId) ? taskRow(row) : null
    },

    async bySeqs(seqs) {
      const rows = seqs.map((seq) => sql.bySeq.get(seq) as StoredTask | undefined)
      return rows.filter((row) => row !== undefined).map(taskRow)
    },

    async definitionAt(seq, version) {
      const kept = sql.revision.get(seq, version) as { definition: string } | undefined
      if (kept) return kept.definition
      const current = sql.bySeq.get(seq) as StoredTask | undefined
      return current?.definition ?? null
    },

    async schedules(seq) {
      return sql.schedules.all(seq) as unknown as ScheduleRow[]
    },

    async ruleBodies(ids) {
      const bodies = new Map<number, string>()
      for (const id of ids) {
        const row = sql.rule.get(id) as { body: string } | undefined
        if (row) bodies.set(id, row.body)
      }
      return bodies
    },

    async save(row, options) {
      if (options.drop !== 'none') startJournalOf(db).show()
      return namesGuarded(() =>
        transaction(db, () => {
          if (options.keepRevision) sql.keepRevision.run(row.seq)
          const updated = sql.update.run(...updateParameters(row, options.expectedVersion))
          if (updated.changes === 0)
            throw new RotaError('stale_version', say`The task was changed by someone else meanwhile.`)
          const dropped = options.drop === 'none' ? [] : dropUnstarted(row.seq, options.drop === 'future', options.now)
          for (const execution of options.executions) {
            insertExecution(execution, options.now)
            if (execution.scheduleId !== null) sql.countPlanned.run(execution.scheduleId, 1)
          }
          if (options.schedules) setSchedules(row.seq, options.schedules, options.now)
          for (const answer of options.answers) addAnswer(answer)
          for (const { key, max } of options.keys) sql.setKey.run(key, max)
          return { dropped }
        }),
      )
    },

    async liveExecutions(seq) {
      return (sql.live.all(seq) as { id: string }[]).map((row) => row.id)
    },

    async atStart() {
      return (sql.atStart.all() as unknown as StoredTask[]).map(taskRow)
    },

    async purge(seq) {
      return transaction(db, () => {
        const ids = (historyIds.all(seq) as { id: string }[]).map((row) => row.id)
        for (const row of liveRows.all(seq) as unknown as UnstartedRow[]) {
          sql.deleteExecution.run(row.seq)
          admission.release(row)
        }
        for (const statement of purge) statement.run(seq)
        purgeTask.run(seq)
        return ids
      })
    },
  }
}

function updateParameters(row: TaskRow, expectedVersion: number): SQLInputValue[] {
  return [
    row.seq,
    expectedVersion,
    row.name,
    row.group,
    row.type,
    row.tags.length > 0 ? JSON.stringify(row.tags) : null,
    row.enabled ? 1 : 0,
    row.version,
    row.definition,
    row.pausedAt,
    row.pauseReason,
    row.runAtStart ? 1 : null,
    row.updatedAt,
    row.updatedBy,
    row.deletedAt,
  ]
}

/** A task's row as SQLite gives it. */
interface StoredTask {
  seq: number
  id: string
  tenant_id: string | null
  name: string
  task_group: string | null
  type: string
  tags: string | null
  enabled: number
  version: number
  definition: string
  paused_at: number | null
  pause_reason: string | null
  run_at_start: number | null
  created_at: number
  created_by: string | null
  updated_at: number
  updated_by: string | null
  deleted_at: number | null
}

function taskRow(row: StoredTask): TaskRow {
  return {
    seq: row.seq,
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    group: row.task_group,
    type: row.type,
    tags: row.tags === null ? [] : JSON.parse(row.tags),
    enabled: row.enabled === 1,
    version: row.version,
    definition: row.definition,
    pausedAt: row.paused_at,
    pauseReason: row.pause_reason,
    runAtStart: row.run_at_start === 1,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
    deletedAt: row.deleted_at,
  }
}

function namesGuarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new RotaError('conflict', say`A task of this name exists already. Choose another name.`, [
      { path: 'name', message: say`is taken by another task` },
    ])
  }
}
