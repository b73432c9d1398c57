import type { TaskStore } from '../../ports/tasks.ts'

/** A store of tasks that counts how often their rows may have changed, so that what was counted of them can be kept. */
export function countChanges(tasks: TaskStore): { tasks: TaskStore; changes: () => number } {
  let changes = 0
  const counted =
    <Args extends unknown[], Result>(change: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      try {
        return await change(...args)
      } finally {
        // Once it is there to be read: what was counted before lacks it.
        changes++
      }
    }
  const { insert, save, purge } = tasks
  return {
    tasks: { ...tasks, insert: counted(insert), save: counted(save), purge: counted(purge) },
    changes: () => changes,
  }
}
