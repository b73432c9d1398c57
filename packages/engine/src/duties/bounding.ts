import { applying, boundsOf, type Order, type Policy, violationsOf } from '@rota/core'
import type { PolicySource } from '../ports/policies.ts'
import type { Work } from '../work.ts'

/** What policies make of an attempt that is about to begin: the order as it may be carried out, or why it may not. */
export type Bound = { order: Order; why: null } | { order: null; why: string }

/**
 * Holds attempts to the policies of the instant in which they begin. Nobody saves or runs then: policies for roles and
 * user groups have been asked when somebody did.
 */
export function createBounding(source: PolicySource | null): (order: Order, work: Work) => Bound {
  if (source === null) return (order) => ({ order, why: null })
  return (order, work) => {
    const policies = source.current
    if (policies.length === 0) return { order, why: null }
    return bound(order, work, { policies: applying(policies, work, null), machine: source.machine })
  }
}

interface Parts {
  policies: readonly Policy[]
  machine: PolicySource['machine']
}

function bound(order: Order, work: Work, { policies, machine }: Parts): Bound {
  if (policies.length === 0) return { order, why: null }
  const { type, payload, params, env, workingDir, runAs, timeoutMs } = order
  // Judged is what the task says itself; of the server's defaults the lower of both holds.
  const subject = { type, payload, params, env, working_dir: workingDir, run_as: runAs ?? null, ...work.own }
  const violations = violationsOf(subject, policies, machine)
  if (violations.length > 0) {
    return { order: null, why: violations.map(({ path, message }) => `${path}: ${message}`).join(' ') }
  }
  return { order: { ...order, ...boundsOf(subject, policies, timeoutMs) }, why: null }
}
