export { type Clock, systemClock, type Timer } from './clock.ts'
export { ERROR_CATALOGUE, type ErrorCode, type FieldError, invalid, notFound, RotaError } from './errors.ts'
export {
  canTransition,
  type ExecutionStatus,
  type FailureKind,
  isFinal,
  type SkipReason,
  type Trigger,
} from './execution.ts'
export type { Json } from './json.ts'
export { suggest } from './suggest.ts'
