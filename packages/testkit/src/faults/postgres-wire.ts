const SSL_REQUEST_BYTES = 8
const LENGTH_BYTES = 4

/**
 * Finds COMMIT in what a client of PostgreSQL sends (simple query protocol: `Q`, length, text, NUL;
 * https://www.postgresql.org/docs/current/protocol-message-formats.html). Bytes come in pieces of any size.
 */
export class CommitFinder {
  /** The first message of a connection has no type byte. */
  #isGreeting = true
  #kept: Buffer = Buffer.alloc(0)
  /** Bytes before `#kept` that belong to whole messages. */
  #seen = 0

  /** Answers how many bytes of `chunk` come before a COMMIT that it completes; -1 when it completes none. */
  push(chunk: Buffer): number {
    const before = this.#kept.length
    this.#kept = Buffer.concat([this.#kept, chunk])
    this.#seen = 0
    for (;;) {
      const typeBytes = this.#isGreeting ? 0 : 1
      if (this.#kept.length < typeBytes + LENGTH_BYTES) return -1
      const size = typeBytes + this.#kept.readUInt32BE(typeBytes)
      if (this.#kept.length < size) return -1
      const message = this.#kept.subarray(0, size)
      this.#kept = this.#kept.subarray(size)
      // After a request for encryption, or for none, the greeting is still to come.
      if (this.#isGreeting) this.#isGreeting = size === SSL_REQUEST_BYTES
      else if (isCommit(message)) return Math.max(0, this.#seen - before)
      this.#seen += size
    }
  }
}

function isCommit(message: Buffer): boolean {
  if (message[0] !== 'Q'.charCodeAt(0)) return false
  return /^\s*commit\b/i.test(message.toString('latin1', 1 + LENGTH_BYTES, message.length - 1))
}
