import type { components, operations, paths } from './schema.generated.ts'

/** Shapes of the API by their names in the OpenAPI document: `Schema<'Task'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

export type Task = Schema<'Task'>
export type Execution = Schema<'Execution'>
/** An execution as lists hold it. */
export type ListedExecution = Schema<'ListedExecution'>
export type ExecutionStatus = Execution['status']
export type TaskStatus = Task['status']
/** What a list of tasks is filtered and ordered by. */
export type TaskQuery = NonNullable<operations['get_scheduler_tasks']['parameters']['query']>
/** What a list of executions is filtered and ordered by. */
export type ExecutionQuery = NonNullable<operations['get_scheduler_executions']['parameters']['query']>
export type Permission = Schema<'Permission'>
export type Problem = Schema<'Problem'>
export type { operations, paths }
