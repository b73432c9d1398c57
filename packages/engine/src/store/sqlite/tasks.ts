import type { DatabaseSync } from 'node:sqlite'
import { isWithin } from '@rota/core'
import type { Ended } from '../../ports/happenings.ts'
import type { NewTask, ScheduleAnswer, ScheduleRow, TaskStore } from '../../ports/tasks.ts'
import { answeredOf } from '../happened.ts'
import { changedTask, NEW_TASK, type StoredTask, staleVersion, takenName, taskRow } from '../task-rows.ts'
import { createAuditWriter } from './audit.ts'
import { isUniqueViolation } from './database.ts'
import { createAnswerInsert, createExecutionInsert } from './execution-insert.ts'
import { type Commit, commitAlone } from './group-commit.ts'
import { outboxWriterOf } from './outbox-writer.ts'
import { createPurge } from './purge.ts'
import { createScheduleWriter } from './schedule-writer.ts'
import { prepareAll, rows } from './statements.ts'
import { createDropping } from './unstarted.ts'

const STATEMENTS = {
  answered: rows<ScheduleAnswer>('answered-from'),
  atStart: rows<StoredTask>('tasks-at-start'),
  byId: rows<StoredTask>('task-by-id'),
  bySeq: rows<StoredTask>('task-by-seq'),
  countPlanned: 'count-planned',
  insert: 'insert-task',
  keepRevision: 'keep-revision',
  live: rows<{ id: string }>('live-of-task'),
  recall: rows<{ resultId: string }>('recall-key'),
  remember: 'remember-key',
  revision: rows<{ definition: string }>('revision'),
  rule: rows<{ body: string }>('rule'),
  schedules: rows<ScheduleRow>('schedules-of-task'),
  setKey: 'set-key',
  update: 'update-task',
} as const

/** Tasks in SQLite. `commit` makes changes durable. */
export function createTaskStore(db: DatabaseSync, commit: Commit = commitAlone(db)): TaskStore {
  const outbox = outboxWriterOf(db)
  const writeAudit = createAuditWriter(db)
  const sql = prepareAll(db, STATEMENTS)
  const dropUnstarted = createDropping(db)
  const insertAnswer = createAnswerInsert(db)
  const insertExecution = createExecutionInsert(db)
  const scheduleWriter = createScheduleWriter(db)
  const purge = createPurge(db)

  function insertOne({ row, schedules, keys, audit }: NewTask): void {
    const added = sql.insert.run(...NEW_TASK.map((value) => value(row)))
    const seq = Number(added.lastInsertRowid)
    scheduleWriter.add(seq, schedules, row.createdAt)
    for (const { key, max } of keys) sql.setKey.run(key, max)
    writeAudit(audit)
  }

  return {
    async insert(tasks, idempotency) {
      return namesGuarded(
        commit(() => {
          if (idempotency) {
            const { row } = tasks[0]!
            const { scope, key } = idempotency
            if (sql.remember.run(scope, key, row.id, row.createdAt).changes === 0) {
              return { earlier: sql.recall.get(scope, key)!.resultId }
            }
          }
          for (const task of tasks) insertOne(task)
          return { earlier: null }
        }),
      )
    },

    async byId(id, scope) {
      const row = sql.byId.get(id)
      const task = row && taskRow(row)
      return task && isWithin(scope, task) ? task : null
    },

    async bySeqs(seqs) {
      return seqs.flatMap((seq) => sql.bySeq.get(seq) ?? []).map(taskRow)
    },

    async definitionAt(seq, version) {
      return (sql.revision.get(seq, version) ?? sql.bySeq.get(seq))?.definition ?? null
    },

    schedules: async (seq) => sql.schedules.all(seq),

    answered: async (seq, from) => sql.answered.all(seq, from),

    async ruleBodies(ids) {
      const bodies = new Map<number, string>()
      for (const id of ids) {
        const row = sql.rule.get(id)
        if (row) bodies.set(id, row.body)
      }
      return bodies
    },

    async save(row, options) {
      return namesGuarded(
        commit(
          () => {
            if (options.keepRevision) sql.keepRevision.run(row.seq)
            const updated = sql.update.run(...changedTask(row, options.expectedVersion))
            if (updated.changes === 0) throw staleVersion()
            const { dropped, happened } =
              options.drop === 'none' ? NOTHING_DROPPED : dropUnstarted(row.seq, options.drop === 'future', options.now)
            const ends = [...happened, ...options.answers.map(answeredOf)]
            outbox.keep(ends)
            for (const execution of options.executions) {
              insertExecution(execution, options.now)
              if (execution.scheduleId !== null) sql.countPlanned.run(execution.scheduleId, 1)
            }
            if (options.schedules) scheduleWriter.set(row.seq, options.schedules, options.now)
            for (const answer of options.answers) insertAnswer(answer)
            for (const { key, max } of options.keys) sql.setKey.run(key, max)
            writeAudit(options.audit)
            return { dropped, happened: ends }
          },
          { starts: options.drop !== 'none' },
        ),
      )
    },

    async liveExecutions(seq) {
      return sql.live.all(seq).map((row) => row.id)
    },

    atStart: async () => sql.atStart.all().map(taskRow),

    purge: async (seq, now, audit) =>
      commit(() => {
        writeAudit(audit)
        return purge(seq, now)
      }),
  }
}

const NOTHING_DROPPED: { dropped: number[]; happened: Ended[] } = { dropped: [], happened: [] }

async function namesGuarded<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw takenName()
  }
}
