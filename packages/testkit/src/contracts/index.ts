export { executionStoreContract } from './execution-store.ts'
export type { OpenStores, StoreAdapter } from './stage.ts'
export { taskStoreContract } from './task-store.ts'
