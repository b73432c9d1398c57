import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = 'left'

/**
 * Marks of attempts that ended and were allowed to leave processes behind (`detach`), kept as empty files, so that a
 * later server of the same directory leaves these alone too.
 */
export class LeftBehind {
  readonly #folder: string

  constructor(tempDir: string) {
    this.#folder = join(tempDir, FOLDER)
  }

  get marks(): ReadonlySet<string> {
    try {
      return new Set(readdirSync(this.#folder))
    } catch {
      return new Set()
    }
  }

  /** Remembers an attempt. Throws what the file system throws. */
  add(runMark: string): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(this.#folder, runMark), '')
  }

  forget(runMark: string): void {
    rmSync(join(this.#folder, runMark), { force: true })
  }
}
