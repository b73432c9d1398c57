/** What a bulk action came to. What was not reached, because somebody stopped it, is in none of the lists. */
export interface BulkOutcome<Target> {
  done: readonly Target[]
  failed: readonly { target: Target; reason: string }[]
  /** There was nothing to do any more when their turn came. */
  skipped?: readonly Target[]
}

/** What would be hit, and how many of the chosen ones are left out of it. */
export interface BulkTargets<Target> {
  hit: readonly Target[]
  missed: number
  /** Why they are left out, a sentence for each reason, where there is more than the usual one. */
  why?: readonly string[]
}

/** Which rows are meant: some, or all that a filter matches, less some. */
export interface Chosen<Query> {
  isAll: boolean
  /** With `isAll` those that are left out, otherwise those that are meant. */
  ids: readonly string[]
  query: Query
}
