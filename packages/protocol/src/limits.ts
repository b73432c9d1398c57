/** Sizes that no document may exceed, whatever the configured body limit. They keep one request from blocking others. */
export const LIMITS = {
  /** Nested arrays and objects. */
  depth: 32,
  /** Values in one document, keys included. */
  values: 50_000,
  /** Errors listed in one reply. */
  errors: 50,
  /** Rows of one page. */
  page: 1_000,
  /** Lines of one crontab. */
  lines: 10_000,
  /** Ids in one bulk action and jobs in one batch. */
  batch: 1_000,
} as const
