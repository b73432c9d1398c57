import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A directory for one attempt, made when the first file is written to it; only its user may look inside. */
export class ScratchDir {
  readonly #parent: string
  readonly #owner: { uid: number; gid: number } | null
  #path: string | null = null

  constructor(parent: string, owner: { uid: number; gid: number } | null = null) {
    this.#parent = parent
    this.#owner = owner
  }

  /** Writes a file readable and executable by its owner only, and returns its path. Throws what the file system throws. */
  write(name: string, content: string): string {
    // mkdtemp makes mode 0700.
    this.#path ??= this.#own(mkdtempSync(join(this.#parent, 'run-')))
    const path = join(this.#path, name)
    writeFileSync(path, content, { mode: 0o700, flag: 'wx' })
    return this.#own(path)
  }

  /** Removes the directory and all a program left in it, as far as the file system lets us. */
  remove(): void {
    if (!this.#path) return
    try {
      rmSync(this.#path, { recursive: true, force: true, maxRetries: 2 })
    } catch {
      // Made immutable, or mounted upon, by the task. Its outcome stands all the same.
    }
    this.#path = null
  }

  #own(path: string): string {
    if (this.#owner) chownSync(path, this.#owner.uid, this.#owner.gid)
    return path
  }
}
