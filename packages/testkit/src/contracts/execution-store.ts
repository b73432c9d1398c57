import { admissionRules } from './admission.ts'
import { attemptRules } from './attempts.ts'
import { claimRules } from './claims.ts'
import { happeningRules } from './happenings.ts'
import { misfireRules } from './misfires.ts'
import { admissionModel } from './model.ts'
import { outboxRules } from './outbox.ts'
import { parkingRules } from './parking.ts'
import { planRules } from './plans.ts'
import type { StoreAdapter } from './stage.ts'
import { submissionRules } from './submissions.ts'

/** What every adapter of the execution store must do. */
export function executionStoreContract(adapter: StoreAdapter, { numRuns = 300 }: { numRuns?: number } = {}): void {
  claimRules(adapter)
  attemptRules(adapter)
  submissionRules(adapter)
  admissionRules(adapter)
  planRules(adapter)
  parkingRules(adapter)
  misfireRules(adapter)
  happeningRules(adapter)
  outboxRules(adapter)
  admissionModel(adapter, numRuns)
}
