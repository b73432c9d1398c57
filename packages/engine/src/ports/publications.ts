/** A published document. */
export interface Publication {
  version: number
  /** The term of the leader that published it. */
  term: number
  /** JSON text. */
  body: string
}

export type Published =
  | { outcome: 'published'; version: number }
  /** Another version than the expected one is current. */
  | { outcome: 'conflict'; version: number }
  /** A leader of a later term has published. */
  | { outcome: 'fenced'; term: number }

/** Documents that one leader publishes and all instances apply, such as the configuration of pools. */
export interface Publications {
  /**
   * Publishes the version after `expected` (0 for the first). Where nothing is known of the document, all was lost
   * and the publisher's word counts.
   */
  publish(name: string, document: { expected: number; term: number; body: string }): Promise<Published>
  /** The current version; null when there is none, or when the hot state has forgotten it. */
  latest(name: string): Promise<Publication | null>
}
