/** Exit codes of the agent: those of the server, which are after BSD's sysexits(3). */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  /** A flag is wrong. */
  usage: 64,
  /** The data directory cannot be made or written. */
  cannotCreate: 73,
  /** Another agent works in the data directory. */
  busy: 75,
  /** No server lets the node in: its key, its token, its version, or what it says of itself. */
  config: 78,
} as const

/** Thrown when the agent cannot go on for a reason its operator can mend. `message` is one line that says how. */
export class AgentFailure extends Error {
  override readonly name = 'AgentFailure'
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
