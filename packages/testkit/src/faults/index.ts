export { type CommitCut, FaultProxy, type Weather } from './proxy.ts'
