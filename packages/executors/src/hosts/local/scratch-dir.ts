import { createHash } from 'node:crypto'
import { chownSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePrivateDir } from '../../working-dir.ts'

interface Owner {
  uid: number
  gid: number
}

const PREFIX = 'run-'

/** Begins the names of an instance's directories for other users; those cannot look into its own. */
function foreignPrefix(tempDir: string): string {
  return `rota-${createHash('sha256').update(tempDir).digest('hex').slice(0, 12)}-`
}

/** A directory for one attempt, made when the first file is written to it; only its user may look inside. */
export class ScratchDir {
  readonly #tempDir: string
  readonly #owner: Owner | null
  #path: string | null = null

  constructor(tempDir: string, owner: Owner | null = null) {
    this.#tempDir = tempDir
    this.#owner = owner
  }

  /** Writes a file readable and executable by its owner only, and returns its path. Throws what the file system throws. */
  write(name: string, content: string): string {
    this.#path ??= this.#make()
    const path = join(this.#path, name)
    writeFileSync(path, content, { mode: 0o700, flag: 'wx' })
    return this.#own(path)
  }

  /** Removes the directory and all a program left in it, as far as the file system lets us. */
  remove(): void {
    if (this.#path) removeTree(this.#path)
    this.#path = null
  }

  #make(): string {
    // mkdtemp makes mode 0700.
    if (this.#owner) return this.#own(mkdtempSync(join(tmpdir(), foreignPrefix(this.#tempDir))))
    try {
      return mkdtempSync(join(this.#tempDir, PREFIX))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      makePrivateDir(this.#tempDir, 0o700)
      return mkdtempSync(join(this.#tempDir, PREFIX))
    }
  }

  #own(path: string): string {
    if (this.#owner) chownSync(path, this.#owner.uid, this.#owner.gid)
    return path
  }
}

function removeTree(path: string): void {
  try {
    const { uid } = lstatSync(path)
    const self = process.getuid?.()
    // From here on its user can change nothing in it any more, so that no link leads us elsewhere.
    if (self !== undefined && uid !== self) chownSync(path, self, -1)
    rmSync(path, { recursive: true, force: true, maxRetries: 2 })
  } catch {
    // Made immutable, or mounted upon, by the task. Its outcome stands all the same.
  }
}

/** Removes the directories that attempts of an earlier server left behind, e.g. after `kill -9`. */
export function removeOldScratch(tempDir: string): void {
  for (const [folder, prefixes] of [
    [tempDir, [PREFIX, 'pipes-']],
    [tmpdir(), [foreignPrefix(tempDir)]],
  ] as const) {
    for (const name of namesIn(folder)) {
      if (prefixes.some((prefix) => name.startsWith(prefix))) removeTree(join(folder, name))
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
