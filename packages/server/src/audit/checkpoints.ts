import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { checkpointText } from '@rota/core'
import { auditCheckpoint } from '@rota/protocol'
import type { z } from 'zod'

export type SignedCheckpoint = z.infer<typeof auditCheckpoint>

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
/** A file is read up to here; that is a checkpoint an hour for forty years. */
const MOST_READ = 400_000

/**
 * A file of checkpoints of the audit, a JSON object a line, outside of the database: whoever can write the database
 * cannot change what stands here. Lines are added, never changed.
 */
export class Checkpoints {
  readonly path: string
  readonly #key: KeyObject
  readonly #publicKey: string

  /** `seed`: the 32 bytes that the signing key is made of. */
  constructor(path: string, seed: Uint8Array) {
    this.path = path
    this.#key = createPrivateKey({
      key: Buffer.concat([PKCS8_ED25519, seed.slice(0, 32)]),
      format: 'der',
      type: 'pkcs8',
    })
    const publicKey = createPublicKey(this.#key)
    this.#publicKey = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  }

  /** Adds one, signed, and has the disk keep it. */
  add({ seq, hash, at }: { seq: number; hash: string; at: number }): SignedCheckpoint {
    const instant = new Date(at).toISOString()
    const text = checkpointText({ seq, hash, at: instant })
    const signature = sign(null, Buffer.from(text), this.#key).toString('base64')
    const line = { seq, hash, at: instant, key: this.#publicKey, signature }
    // What a crash has cut off must not take the next one with it.
    const before = textOf(this.path)
    const isTorn = before !== '' && !before.endsWith('\n')
    const fd = openSync(this.path, 'a', 0o600)
    try {
      writeSync(fd, `${isTorn ? '\n' : ''}${JSON.stringify(line)}\n`)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    return line
  }

  /** All that can be read, the oldest first. What a crash has cut off is left out. */
  all(): SignedCheckpoint[] {
    const lines = textOf(this.path).split('\n').slice(-MOST_READ)
    return lines.flatMap((line) => {
      const found = auditCheckpoint.safeParse(jsonOf(line))
      return found.success ? [found.data] : []
    })
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
