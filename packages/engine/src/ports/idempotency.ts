/** A caller's key for a creating request; `scope` keeps callers and kinds of request apart. */
export interface Idempotency {
  scope: string
  key: string
}
