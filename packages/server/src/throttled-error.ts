import { RotaError } from '@rota/core'

/** Thrown when a caller must wait; `retryAfterSeconds` goes into the reply's Retry-After. */
export class ThrottledError extends RotaError {
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super('too_many_requests', message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}
