import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, existsSync, fstatSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '@rota/core'
import { makeFolder, removeFolders } from '@rota/engine'
import { EXIT, StartFailure } from '../failure.ts'
import { writeWhole } from '../write-whole.ts'

const KEY_BYTES = 32
/** In the data directory. */
export const KEYS_FOLDER = 'keys'
/** In that folder: the key that secrets are kept under, where none is given. */
export const SECRETS_KEY_FILE = 'secrets.key'

/**
 * Makes the data directory (0700) and checks that it is ours to write. Answers the folders that were made for it,
 * innermost first. Throws StartFailure: 73 when it cannot be made or written, 78 when others may look into it.
 */
export function prepareDataDir(folder: string): string[] {
  let made: string[] = []
  try {
    made = makeFolder(folder)
    const probe = join(folder, '.write-test')
    closeSync(openSync(probe, 'w', 0o600))
    rmSync(probe, { force: true })
  } catch (error) {
    removeFolders(made)
    const { code } = error as NodeJS.ErrnoException
    const reason =
      code === 'EACCES' || code === 'EPERM' ? say`permission denied` : code === 'EROFS' ? 'read-only' : (code ?? '')
    const mend = say`Give the user that runs Rota the right to write there, or name another folder with --data.`
    throw new StartFailure(
      EXIT.cannotCreate,
      say`The data directory ${folder} cannot be written (${reason}). ${mend}`,
      {
        cause: error,
      },
    )
  }
  tighten(folder, statSync(folder).mode)
  return made
}

/**
 * Reads a 32-byte key of the data directory, made from the system's random source when there is none.
 * To be called by whoever holds the directory's lock. Throws StartFailure (78) when the file is readable by others, too
 * short, or not random.
 */
export function loadKey(folder: string, name: string): Uint8Array {
  const keys = join(folder, KEYS_FOLDER)
  makeFolder(keys)
  const path = join(keys, name)
  if (!existsSync(path)) writeWhole(path, () => `${randomBytes(KEY_BYTES).toString('hex')}\n`)
  const fd = openSync(path, 'r')
  try {
    if ((fstatSync(fd).mode & 0o077) !== 0) throw refused(path, say`can be read by other users; run: chmod 600`)
    const text = readFileSync(fd, 'utf8').trim()
    const key = Buffer.from(text, 'hex')
    if (!/^[0-9a-f]+$/i.test(text) || key.length < KEY_BYTES) throw refused(path, say`is not ${KEY_BYTES} bytes in hex`)
    if (new Set(key).size < 12) throw refused(path, say`is not random`)
    return new Uint8Array(key)
  } finally {
    closeSync(fd)
  }
}

function refused(path: string, reason: string): StartFailure {
  return new StartFailure(
    EXIT.config,
    say`The key file ${path} ${reason}. Delete it to have a new one made; everybody then signs in again.`,
  )
}

/** Shuts others out. A folder that many share, such as /tmp, is refused rather than changed. */
function tighten(folder: string, mode: number): void {
  if ((mode & 0o077) === 0) return
  if ((mode & 0o1000) !== 0) {
    throw new StartFailure(
      EXIT.config,
      say`The folder ${folder} is shared by all users; name one of its own with --data.`,
    )
  }
  try {
    chmodSync(folder, 0o700)
  } catch (error) {
    if ((mode & 0o007) === 0) return
    const message = say`The data directory ${folder} is open to all users; run: chmod 700 ${folder}`
    throw new StartFailure(EXIT.config, message, { cause: error })
  }
}
