import type { Bearer, Caller, Policy, PolicyMachine, TaskInput } from '@rota/core'

/** Where the policies come from that tasks are held to. */
export interface PolicySource {
  /** Those in force; what is changed elsewhere is among them within five seconds. */
  readonly current: readonly Policy[]
  readonly machine: PolicyMachine
  /** Who a caller is for policies that hold for roles and user groups only. */
  bearerOf(caller: Caller): Promise<Bearer>
  /**
   * Keeps a change of a task that is not to be made before somebody else has approved it. Throws whatever tells the
   * caller that it waits.
   */
  hold(caller: Caller, change: HeldChange): Promise<never>
}

/** What is done to a task, so that it can be done later. */
export type TaskDeed =
  | { readonly action: 'create'; readonly input: TaskInput }
  | { readonly action: 'update'; readonly changes: Partial<TaskInput> }
  | { readonly action: 'delete' }
  | { readonly action: 'purge' }
  | { readonly action: 'restore'; readonly name: string | null }

/** A change that waits for approval. */
export interface HeldChange {
  readonly deed: TaskDeed
  /** The task as it is; null for one that is to be made. */
  readonly task: { readonly id: string; readonly version: number } | null
  readonly name: string
  readonly tenantId: string | null
  /** The group that is protected, in which it is or would be. */
  readonly group: string | null
  /** The document before and after; null where there is none. */
  readonly before: TaskInput | null
  readonly after: TaskInput | null
}
