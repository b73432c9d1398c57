import {
  applying,
  asksWho,
  type Bearer,
  type Caller,
  type FieldError,
  invalid,
  type Policy,
  type PolicyPlace,
  subjectOf,
  type TaskDefinition,
  type Violation,
  violationsOf,
} from '@rota/core'
import type { HeldChange, PolicySource } from '../ports/policies.ts'

/** What use-cases ask of policies. */
export interface PolicyGuard {
  /** What a task breaks that somebody saves or runs; empty when it complies. */
  violations(caller: Caller, task: TaskDefinition, tenantId: string | null): Promise<Violation[]>
  /** Throws `invalid` with all of them. */
  requireComplying(caller: Caller, task: TaskDefinition, tenantId: string | null): Promise<void>
  /** Returns when a change may be made at once; else keeps it for somebody else to approve, and throws. */
  holdBack(caller: Caller, places: readonly PolicyPlace[], change: () => Omit<HeldChange, 'group'>): Promise<void>
}

/** A guard without policies lets everything pass. */
export function createPolicyGuard(source: PolicySource | null): PolicyGuard {
  async function holding(caller: Caller, place: PolicyPlace): Promise<Policy[]> {
    const policies = source?.current ?? []
    if (policies.length === 0) return []
    return applying(policies, place, await bearerOf(caller, policies))
  }

  async function bearerOf(caller: Caller, policies: readonly Policy[]): Promise<Bearer | null> {
    return caller.userId === null || !asksWho(policies) ? null : source!.bearerOf(caller)
  }

  async function violations(caller: Caller, task: TaskDefinition, tenantId: string | null): Promise<Violation[]> {
    const policies = await holding(caller, { tenantId, group: task.group })
    return policies.length === 0 ? [] : violationsOf(subjectOf(task), policies, source!.machine)
  }

  return {
    violations,

    async requireComplying(caller, task, tenantId) {
      const found = await violations(caller, task, tenantId)
      if (found.length > 0) throw invalid(found.map(asFieldError))
    },

    async holdBack(caller, places, change) {
      // What the scheduler does by itself nobody approves, and what has been approved need not wait again.
      if (caller.userId === null || caller.approved !== undefined) return
      for (const place of places) {
        const policies = await holding(caller, place)
        const isHeld = policies.some(({ rules }) => rules.requires_approval)
        if (isHeld) await source!.hold(caller, { ...change(), group: place.group })
      }
    },
  }
}

/** As errors of fields are told. */
function asFieldError({ path, message }: Violation): FieldError {
  return { path, message }
}
