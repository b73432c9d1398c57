import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { say } from '@rota/core'
import { makeFolder } from '@rota/engine'
import type { Config } from '@rota/protocol'
import { EXIT, StartFailure } from '../failure.ts'
import { writeWhole } from '../write-whole.ts'
import { type MasterKey, masterKey } from './envelope.ts'

const KEY_BYTES = 32
/** The key that is written with, and those that may be read with, it included. */
export interface MasterKeys {
  /** Null where no key is given: no secrets are kept then. */
  readonly current: MasterKey | null
  readonly all: ReadonlyMap<string, MasterKey>
}

export interface KeyPlaces {
  config: Pick<Config, 'secrets'>
  /** Where a server keeps the key that it has made itself; null on a store that others share. */
  ownKeyFile: string | null
  /** Whether one is made where there is none. */
  mayMake: boolean
}

/**
 * The keys as they are given: by the configuration, by files, or in the data directory, where one is made. Throws
 * StartFailure (78) for a file that cannot be read, that others can read, or that holds no key.
 */
export function loadMasterKeys({ config, ownKeyFile, mayMake }: KeyPlaces): MasterKeys {
  const { key, key_file: file, old_key_files: oldFiles } = config.secrets
  if (key !== null && file !== null) {
    throw new StartFailure(EXIT.config, say`secrets.key and secrets.key_file are both set; set one of the two.`)
  }
  const given = key !== null ? keyIn(key, 'secrets.key') : file !== null ? keyInFile(file) : null
  const current = given ?? (ownKeyFile === null ? null : ownKey(ownKeyFile, mayMake))
  const old = oldFiles.map(keyInFile)
  const all = new Map([...old, ...(current === null ? [] : [current])].map((each) => [each.id, each]))
  return { current, all }
}

function ownKey(path: string, mayMake: boolean): MasterKey | null {
  if (!existsSync(path)) {
    if (!mayMake) return null
    makeFolder(dirname(path))
    writeWhole(path, () => `${randomBytes(KEY_BYTES).toString('hex')}\n`)
  }
  return keyInFile(path)
}

function keyInFile(path: string): MasterKey {
  let text: string
  try {
    const file = openSync(path, 'r')
    try {
      // A group may read it: that is how it comes to a user in a container.
      if ((fstatSync(file).mode & 0o027) !== 0) {
        throw new StartFailure(
          EXIT.config,
          say`The key file ${path} can be read by other users; run: chmod 600 ${path}`,
        )
      }
      text = readFileSync(file, 'utf8').trim()
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (error instanceof StartFailure) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new StartFailure(EXIT.config, say`The key file ${path} cannot be read (${code ?? 'error'}).`, {
      cause: error,
    })
  }
  return keyIn(text, say`The key file ${path}`)
}

/** Never with the text itself in what it throws. */
function keyIn(text: string, where: string): MasterKey {
  const bytes = Buffer.from(text, 'hex')
  if (!/^[0-9a-f]{64}$/i.test(text) || new Set(bytes).size < 12) {
    const mend = say`Make one with: openssl rand -hex 32`
    throw new StartFailure(EXIT.config, say`${where} must hold ${KEY_BYTES} random bytes in hex. ${mend}`)
  }
  return masterKey(new Uint8Array(bytes))
}
