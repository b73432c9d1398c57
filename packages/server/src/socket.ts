/** A WebSocket as the gateway needs it, in the words of the package `ws`. */
export interface Socket {
  readonly bufferedAmount: number
  send(text: string): void
  ping(): void
  pause(): void
  resume(): void
  close(code: number, reason: string): void
  /** Ends the connection at once. */
  terminate(): void
  on(event: 'message', listener: (data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean) => void): unknown
  on(event: 'close' | 'pong' | 'ping', listener: () => void): unknown
}
