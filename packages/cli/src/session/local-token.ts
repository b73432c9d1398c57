import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

/** What a running server leaves in its data directory for commands on the same machine. */
export interface LocalToken {
  url: string
  token: string
}

/** Name of the file inside the data directory. */
export const LOCAL_TOKEN_FILE = 'cli-token'
/** No such file is longer; whatever is, is something else. */
const MOST_BYTES = 4_096

/**
 * The token that the server running on `dataDir` wrote for commands on this machine; null when there is none to use.
 *
 * Who can read that file could read the database beside it, so it gives nothing away. It is trusted only when it belongs
 * to the caller (or to root) and nobody else may read or write it: a planted file could otherwise send the caller's
 * commands to a foreign server.
 */
export async function readLocalToken(dataDir: string): Promise<LocalToken | null> {
  let file: FileHandle
  try {
    file = await open(join(dataDir, LOCAL_TOKEN_FILE), 'r')
  } catch {
    return null
  }
  try {
    const { uid, mode, size } = await file.stat()
    const me = process.getuid?.()
    const isMine = me === undefined || uid === me || uid === 0 || me === 0
    if (!isMine || (mode & 0o077) !== 0 || size > MOST_BYTES) return null
    return parseLocalToken(await file.readFile('utf8'))
  } finally {
    await file.close()
  }
}

function parseLocalToken(text: string): LocalToken | null {
  try {
    const { url, token } = JSON.parse(text) as Partial<LocalToken>
    return typeof url === 'string' && typeof token === 'string' ? { url, token } : null
  } catch {
    return null
  }
}
