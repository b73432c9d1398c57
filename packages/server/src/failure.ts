/** Exit codes of the server, after BSD's sysexits(3) where one fits. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 64,
  /** The database file is damaged. */
  damaged: 65,
  /** Port in use, or another resource that is not free. */
  unavailable: 69,
  /** The data directory cannot be made or written. */
  cannotCreate: 73,
  /** The data directory is open in another process. */
  busy: 75,
  /** The configuration or a key file is wrong. */
  config: 78,
} as const

/** Thrown when the server cannot start for a reason its operator can mend. `message` is one line that says how. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
  readonly exitCode: number

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}
