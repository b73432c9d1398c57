import type { DatabaseSync } from 'node:sqlite'
import { prepareAll, rows } from './statements.ts'

/** Rows name instances by numbers. */
export interface InstanceNumbers {
  seqOf(instanceId: string): number
}

export function createInstanceNumbers(db: DatabaseSync): InstanceNumbers {
  const { intern } = prepareAll(db, { intern: rows<{ seq: number }>('intern-instance') })
  const known = new Map<string, number>()
  return {
    seqOf(instanceId) {
      const seq = known.get(instanceId) ?? intern.get(instanceId)!.seq
      known.set(instanceId, seq)
      return seq
    },
  }
}
