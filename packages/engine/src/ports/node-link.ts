import type { FromNode, ToNode } from '@rota/core'

/** A node's connection that ends at this instance, whatever carries it. */
export interface NodeLink {
  readonly node: string
  /** False when too much is on its way already; it is then sent all the same, or the link closes. Never throws. */
  send(frame: ToNode): boolean
  close(why: string): void
}

/** The engine's end of a connection. */
export interface NodeConnection {
  receive(frame: Exclude<FromNode, { kind: 'hello' }>): void
  /** It has ended, whoever ended it. */
  ended(): void
}
