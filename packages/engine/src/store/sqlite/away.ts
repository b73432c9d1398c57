import type { DatabaseSync } from 'node:sqlite'
import type { ExecutionStore } from '../../ports/executions.ts'
import { transaction } from './database.ts'
import type { createInstanceNumbers } from './instance-numbers.ts'
import { createLimits, type SlotHolder } from './limits.ts'
import { prepareAll, rows } from './statements.ts'

/** Of lines in which rows wait for something else than a slot. */
const NO_LIMIT = 2 ** 31 - 1

/** What becomes of executions that run, or are to run, on nodes. See {@link ExecutionStore}. */
export function createAway(
  db: DatabaseSync,
  instances: ReturnType<typeof createInstanceNumbers>,
): Pick<ExecutionStore, 'adopt' | 'park' | 'unpark'> {
  const limits = createLimits(db)
  const sql = prepareAll(db, {
    adopt: 'adopt-execution',
    block: 'block-execution',
    fenced: rows<Omit<SlotHolder, 'taskSeq'> & { task_seq: number | null }>('fenced-execution'),
    setKey: 'set-key',
  })

  return {
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
