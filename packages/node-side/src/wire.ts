/** What a way to a server tells of itself, in this order. */
export interface WireEvents {
  /** Frames can be sent from now on. */
  opened(): void
  /** The text of a frame. */
  said(frame: string): void
  /** It has ended, whoever ended it, or never came about. Last, and once. */
  closed(why: Closed): void
}

export interface Closed {
  /** For people. */
  why: string
  /** The HTTP status with which the server has turned the connection away; null when it has not. */
  status: number | null
}

/** A way to a server that may be open: a WebSocket, requests, or a test's. */
export interface Wire {
  /** Never throws; what cannot be sent is lost with the wire. */
  send(frame: string): void
  /** Ends it; `closed` follows. */
  close(): void
}

/** Begins a new way. Never throws: what goes wrong is told by `closed`. */
export type Dial = (events: WireEvents) => Wire
