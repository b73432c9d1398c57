import type { FailureKind } from './execution.ts'
import type { RetryCause, RetryPolicy } from './task.ts'

/** How an attempt failed, as far as the retry policy asks. */
export interface FailedAttempt {
  /** 1 for the first. */
  attempt: number
  failure: FailureKind
  exitCode: number | null
}

/** True when the policy allows another attempt after this one. */
export function shallRetry(policy: RetryPolicy, failed: FailedAttempt): boolean {
  if (failed.attempt >= policy.max_attempts) return false
  // What kept it from being started: the policy does not ask what exactly.
  const cause = failed.failure === 'secret' ? 'dispatch' : failed.failure
  if (!policy.on.includes(cause as RetryCause)) return false
  if (failed.failure !== 'exit_code' || policy.exit_codes === null) return true
  return failed.exitCode !== null && policy.exit_codes.includes(failed.exitCode)
}

/**
 * Milliseconds to wait before the attempt after `attempt`. Exponential doubles each time up to the cap; jitter then
 * moves the delay by up to its share either way, so that many failures at once do not come back at once.
 * `random` is in [0, 1).
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: number): number {
  const growth = policy.backoff === 'exponential' ? 2 ** Math.min(attempt - 1, 50) : 1
  const seconds = Math.min(policy.delay_seconds * growth, Math.max(policy.max_delay_seconds, policy.delay_seconds))
  return Math.round(seconds * 1000 * (1 + policy.jitter * (2 * random - 1)))
}
