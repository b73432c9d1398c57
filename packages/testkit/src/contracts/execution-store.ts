import { admissionRules } from './admission.ts'
import { claimRules } from './claims.ts'
import { admissionModel } from './model.ts'
import { planRules } from './plans.ts'
import type { StoreAdapter } from './stage.ts'

/** What every adapter of the execution store must do. */
export function executionStoreContract(adapter: StoreAdapter): void {
  claimRules(adapter)
  admissionRules(adapter)
  planRules(adapter)
  admissionModel(adapter)
}
