import type { TaskInput } from '../task.ts'

/** What was made of a job: a task document that can be created as it is. */
export type ImportedTask = TaskInput &
  Required<
    Pick<
      TaskInput,
      | 'name'
      | 'description'
      | 'group'
      | 'tags'
      | 'env'
      | 'schedule'
      | 'timezone'
      | 'concurrency'
      | 'misfire'
      | 'enabled'
      | 'origin'
    >
  >

/** Ends the description of an imported task; those from before tasks had an origin are known by it. */
export function importMark(source: string): string {
  return `Imported from ${source}.`
}
