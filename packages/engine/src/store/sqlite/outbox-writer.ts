import type { DatabaseSync } from 'node:sqlite'
import type { Happening, HappeningKind } from '../../ports/happenings.ts'
import type { Outbox } from '../../ports/outbox.ts'
import { keptHappening } from '../happened.ts'
import { createOutbox } from '../outbox.ts'
import type { Store } from '../store.ts'
import { transaction } from './database.ts'
import { prepareAll, rows } from './statements.ts'

/** Writes what happens into the outbox, inside the transaction by which it does. */
export interface OutboxWriter {
  /** Keeps of these what a consumer wants. */
  keep(happened: readonly Happening[]): void
  /** See {@link Outbox.want}. */
  want(consumer: string, kinds: readonly HappeningKind[], now: number): void
  /** Looks anew what is wanted: a consumer has gone. */
  refresh(): void
}

const writers = new WeakMap<DatabaseSync, OutboxWriter>()

/** The one writer of a database. Nobody else changes its consumers: what they want is known without asking. */
export function outboxWriterOf(db: DatabaseSync): OutboxWriter {
  const writer = writers.get(db) ?? createOutboxWriter(db)
  writers.set(db, writer)
  return writer
}

function createOutboxWriter(db: DatabaseSync): OutboxWriter {
  const sql = prepareAll(db, {
    insert: 'insert-happening',
    taskId: rows<{ id: string }>('task-id'),
    want: 'want-happenings',
    wanted: rows<{ kind: string }>('wanted-kinds'),
  })
  let wanted: ReadonlySet<string> | null = null

  function taskIdOf({ taskSeq, work }: Happening): string | null {
    if (work !== null || taskSeq === null) return work?.taskId ?? null
    return sql.taskId.get(taskSeq)?.id ?? null
  }

  return {
    keep(happened) {
      wanted ??= new Set(sql.wanted.all().map(({ kind }) => kind))
      if (wanted.size === 0) return
      for (const happening of happened) {
        const { kind, id, tenantId, finishedAt } = happening
        if (!wanted.has(kind)) continue
        sql.insert.run(kind, id, tenantId, finishedAt, JSON.stringify(keptHappening(happening, taskIdOf(happening))))
      }
    },
    want(consumer, kinds, now) {
      transaction(db, () => sql.want.run(consumer, JSON.stringify(kinds), now))
      wanted = null
    },
    refresh() {
      wanted = null
    },
  }
}

/** The outbox of a database. */
export function openOutbox(db: DatabaseSync, access: Pick<Store, 'kysely' | 'runBatch'>): Outbox {
  const { want, refresh } = outboxWriterOf(db)
  return createOutbox({ ...access, want: async (...wanted) => want(...wanted), onLeft: refresh })
}
