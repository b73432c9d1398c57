import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Hides short texts that are kept where others may look, and notices when they were changed or moved. */
export class Seal {
  readonly #key: Uint8Array

  /** `purpose` makes a key of its own out of the server's: what was sealed for one purpose is nothing to another. */
  constructor(serverKey: Uint8Array, purpose: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', serverKey, new Uint8Array(), `rota ${purpose}`, 32))
  }

  /** `about` is what the text belongs to; it opens for nothing else. */
  close(text: string, about: string): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(about))
    const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url')
  }

  /** Null for what was not sealed with this key, for this purpose and thing. */
  open(sealed: string, about: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return null
    const tagEnd = NONCE_BYTES + TAG_BYTES
    try {
      const cipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      cipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(NONCE_BYTES, tagEnd))
      return Buffer.concat([cipher.update(bytes.subarray(tagEnd)), cipher.final()]).toString('utf8')
    } catch {
      return null
    }
  }
}
