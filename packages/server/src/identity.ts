import { randomBytes } from 'node:crypto'
import { fstatSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from './write-whole.ts'

/** Belongs to the folder in which it was made, and to no copy of that; it is in no backup. */
export const IDENTITY_FILE = 'identity.json'

interface Identity {
  /** Marks the programs of this data directory. */
  mark: string
  /** The folder and this very file, as the file system knows them: a copy has other ones. */
  place: string
}

/**
 * The mark by which programs of a data directory are known after their server has died. It is made anew in a directory
 * that is a copy of another, or was restored: else the programs of the original would be taken for the copy's.
 * To be called by whoever holds the directory's lock.
 */
export function programMark(dataDir: string): string {
  const path = join(dataDir, IDENTITY_FILE)
  try {
    const known = JSON.parse(readFileSync(path, 'utf8')) as Partial<Identity>
    const isOurs = known.place === placeOf(statSync(dataDir, BIG), statSync(path, BIG))
    if (isOurs && typeof known.mark === 'string' && /^[0-9a-f]{32}$/.test(known.mark)) return known.mark
  } catch {
    // There is none that can be read.
  }
  return makeIdentity(dataDir, path)
}

const BIG = { bigint: true } as const

interface Place {
  dev: bigint
  ino: bigint
}

function placeOf(folder: Place, file: Place): string {
  return `${folder.dev}:${folder.ino}/${file.ino}`
}

function makeIdentity(dataDir: string, path: string): string {
  const mark = randomBytes(16).toString('hex')
  // Never into the file itself: a copy made by hard links shares it with the original.
  writeWhole(path, (fd) => {
    const identity: Identity = { mark, place: placeOf(statSync(dataDir, BIG), fstatSync(fd, BIG)) }
    return `${JSON.stringify(identity)}\n`
  })
  return mark
}
