import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { say } from '@rota/core'
import type { DataDirectory } from '@rota/engine'
import type { UserStore } from '../access-store.ts'
import type { GivenSecret } from '../config/secret-file.ts'
import { EXIT, StartFailure } from '../failure.ts'
import { KEYS_FOLDER } from './key-files.ts'
import { passwordErrors, randomPassword } from './passwords.ts'
import type { Users } from './users.ts'

/** The first account. */
export const ADMINISTRATOR = 'admin'
/** Holds the one-time password until it is changed, for those who did not see the first start. */
export const FIRST_PASSWORD_FILE = 'first-admin-password'

export interface Bootstrap {
  /** The password to show once; null when there was nothing to make or the operator chose it. */
  oneTimePassword: string | null
  isFirstStart: boolean
}

export interface FirstStart {
  users: Pick<UserStore, 'isEmpty'>
  directory: Pick<DataDirectory, 'folder' | 'traces'>
  given: GivenSecret | undefined
  /** Characters of a password. */
  minLength: number
}

/**
 * Looks at what a first start needs, before it makes anything, and answers the chosen password. Throws StartFailure (78)
 * for one that cannot be read or breaks the rules, and where there is no account though there must be: to make an
 * administrator there would hide that the accounts are gone, and let whoever comes first have them.
 */
export async function checkFirstStart({ users, directory, given, minLength }: FirstStart): Promise<string | undefined> {
  if (!(await users.isEmpty())) return undefined
  const { folder, traces } = directory
  if (traces.includes(KEYS_FOLDER)) {
    const mend = say`Restore a backup, or see whether the server has its own database. To begin anew, move everything out of the directory, or choose another.`
    const found = say`The database has no account, though the data directory ${folder} was used before (it has ${traces.join(', ')}).`
    throw new StartFailure(EXIT.config, `${found} ${mend}`)
  }
  if (given === undefined) return undefined
  const { variable, text, problem } = given
  if (text === null) throw new StartFailure(EXIT.config, `${variable}: ${problem}`)
  const [error] = passwordErrors(text, minLength, ADMINISTRATOR)
  if (error !== undefined) throw new StartFailure(EXIT.config, `${variable}: ${error.message}`)
  return text
}

/**
 * Makes the administrator when there is no account at all: with the chosen password, else with a random one that is
 * also written to a file only the owner can read.
 */
export async function bootstrapAdministrator(
  users: Users,
  chosen: string | undefined,
  { dataDir, minLength }: { dataDir: string; minLength: number },
): Promise<Bootstrap> {
  if (!(await users.isEmpty())) return { oneTimePassword: null, isFirstStart: false }
  const password = chosen ?? randomPassword(minLength)
  const file = join(dataDir, FIRST_PASSWORD_FILE)
  // First the file: of a password that nobody knows there may be no account.
  if (chosen === undefined) await writeFile(file, `${password}\n`, { mode: 0o600 })
  const made = await users.createFirst({
    username: ADMINISTRATOR,
    password,
    role: 'admin',
    display_name: 'Administrator',
    must_change_password: chosen === undefined,
  })
  if (made === null) {
    if (chosen === undefined) await rm(file, { force: true })
    return { oneTimePassword: null, isFirstStart: false }
  }
  return { oneTimePassword: chosen === undefined ? password : null, isFirstStart: true }
}
