import type { Account } from './account.ts'
import { howItRuns, howItSucceeded, whyCancelled, whyFailed } from './how-it-went.ts'
import type { Subject } from './subject.ts'
import { whyPending } from './why-pending.ts'
import { whySkipped } from './why-skipped.ts'

const ACCOUNTS = {
  pending: whyPending,
  running: howItRuns,
  success: howItSucceeded,
  failed: whyFailed,
  cancelled: whyCancelled,
  skipped: whySkipped,
} as const

/** Why an execution waits, was skipped, was late or failed, as a person would tell it. */
export function explainExecution(subject: Subject): Account {
  return ACCOUNTS[subject.execution.status](subject)
}
