import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** True in the project `long`. */
    isLong: boolean
  }
}

/**
 * How much of a rule a run tries: seeds, inputs, bytes. A file that asks belongs to two projects, its own, which takes
 * `short`, and `long` (`npm run test:long`).
 */
export function amount<T>({ short, long }: { short: T; long: T }): T {
  return inject('isLong') ? long : short
}
