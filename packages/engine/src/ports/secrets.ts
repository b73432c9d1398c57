/** What an attempt is given in the place of its references. */
export interface Revealed {
  /** Values by the names that were asked for. */
  values: ReadonlyMap<string, string>
  /** Everything that must not appear in what the attempt says; the same list as long as none of the secrets changes. */
  hidden: readonly string[]
}

/** Keeps values under names that tasks refer to: `${secret:NAME}`. */
export interface SecretSource {
  /** Which of some names there is nothing under, for what belongs to a tenant. */
  missing(tenantId: string | null, names: readonly string[]): Promise<string[]>
  /**
   * The values for an execution, as its tenant has them now. Throws {@link SecretError} where there is none, or it cannot
   * be opened; what else it throws means that nobody knows.
   */
  reveal(executionId: string, names: readonly string[]): Promise<Revealed>
}

/** A secret that cannot be had. `message` is a sentence that names it and says how to mend that. */
export class SecretError extends Error {
  override readonly name = 'SecretError'
}
