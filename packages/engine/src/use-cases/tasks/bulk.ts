import { type Caller, invalid, RotaError, say } from '@rota/core'
import type { Tasks } from '../../api/tasks.ts'
import type { Changing } from './change.ts'

/** Tasks of a bulk action that are under way together: embedded, what comes together shares a commit. */
const BULK_AT_ONCE = 100

type Action = Parameters<Tasks['bulk']>[1]
type Options = Parameters<Tasks['bulk']>[3]
type Verbs = Pick<Tasks, 'enable' | 'disable' | 'pause' | 'resume' | 'restore' | 'remove' | 'run'> &
  Pick<Changing, 'move'>

/** One action on many tasks. */
export function createBulk(verbs: Verbs): Tasks['bulk'] {
  function apply(action: Action, caller: Caller, id: string, options: Options): Promise<unknown> {
    if (action === 'delete') return verbs.remove(caller, id, null)
    if (action === 'run') return verbs.run(caller, id)
    if (action === 'move') return verbs.move(caller, id, options?.group ?? null)
    const { enable, disable, pause, resume, restore } = verbs
    const simple = { enable, disable, pause, resume, restore }[action]
    if (simple === undefined) {
      throw invalid([{ path: 'action', message: say`is ${JSON.stringify(action)}, which is unknown.` }])
    }
    return simple(caller, id)
  }

  return async (caller, action, ids, options) => {
    const results: Awaited<ReturnType<Tasks['bulk']>> = []
    const left = ids.entries()
    // Each takes the next one: while some wait for what is read, others are written.
    const takeTurns = async () => {
      for (const [at, id] of left) {
        try {
          await apply(action, caller, id, options)
          results[at] = { id, ok: true, error: null }
        } catch (error) {
          if (!RotaError.is(error)) throw error
          results[at] = { id, ok: false, error: error.message }
        }
      }
    }
    await Promise.all(Array.from({ length: BULK_AT_ONCE }, takeTurns))
    return results
  }
}
