import type { DatabaseSync } from 'node:sqlite'
import type { ExecutionStore, Start } from '../../ports/executions.ts'
import { transaction } from './database.ts'
import type { createInstanceNumbers } from './instance-numbers.ts'
import { createLimits, type SlotHolder } from './limits.ts'
import type { StartJournal } from './start-journal.ts'
import { prepareAll, rows as rowsOf } from './statements.ts'

/** Of lines in which rows wait for something else than a slot. */
const NO_LIMIT = 2 ** 31 - 1

/** The starts of attempts, and what becomes of those that run, or are to run, on nodes. See {@link ExecutionStore}. */
export function createAway(
  db: DatabaseSync,
  instances: ReturnType<typeof createInstanceNumbers>,
  journal: StartJournal,
): Pick<ExecutionStore, 'markStarted' | 'adopt' | 'park' | 'unpark'> {
  const limits = createLimits(db)
  const sql = prepareAll(db, {
    adopt: 'adopt-execution',
    block: 'block-execution',
    fenced: rowsOf<Omit<SlotHolder, 'taskSeq'> & { task_seq: number | null }>('fenced-execution'),
    setKey: 'set-key',
    startOnNode: 'start-on-node',
  })

  /** Where it runs must be known to whoever goes on with it: no journal takes it. */
  function startOnNode({ seq, claimSeq, startedAt, placed }: Start): boolean {
    return sql.startOnNode.run(seq, claimSeq, startedAt, placed!.node, placed!.placement).changes === 1
  }

  return {
    async markStarted(rows) {
      const away = rows.filter((row) => row.placed !== undefined)
      const here = away.length === 0 ? rows : rows.filter((row) => row.placed === undefined)
      const { begun, onNodes } = transaction(db, () => ({
        begun: journal.keep(here),
        onNodes: away.filter(startOnNode),
      }))
      journal.begun(begun)
      return [...begun, ...onNodes].map((row) => row.seq)
    },

    async adopt(claims, instanceId) {
      const instance = instances.seqOf(instanceId)
      return transaction(db, () =>
        claims.flatMap(({ seq, claimSeq }) =>
          sql.adopt.run(seq, claimSeq, instance).changes === 1 ? [{ seq, claimSeq: claimSeq + 1 }] : [],
        ),
      )
    },

    async park(claims, line) {
      transaction(db, () => {
        sql.setKey.run(line, NO_LIMIT)
        for (const { seq, claimSeq } of claims) {
          const fenced = sql.fenced.get(seq, claimSeq)
          if (fenced === undefined) continue
          sql.block.run(seq, line)
          limits.release({ ...fenced, taskSeq: fenced.task_seq })
        }
      })
    },

    async unpark(line, most) {
      return transaction(db, () => limits.promote(line, most))
    },
  }
}
