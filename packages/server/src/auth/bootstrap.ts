import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT, StartFailure } from '../failure.ts'
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

/**
 * Makes the administrator when there is no account at all: with the chosen password, else with a random one that is
 * also written to a file only the owner can read. Throws StartFailure (78) for one that breaks the rules of passwords.
 */
export async function bootstrapAdministrator(
  users: Users,
  chosen: string | undefined,
  { dataDir, minLength }: { dataDir: string; minLength: number },
): Promise<Bootstrap> {
  if (!(await users.isEmpty())) return { oneTimePassword: null, isFirstStart: false }
  if (chosen !== undefined) checkChosen(chosen, minLength)
  const password = chosen ?? randomPassword(minLength)
  const made = await users.createFirst({
    username: ADMINISTRATOR,
    password,
    role: 'admin',
    display_name: 'Administrator',
    must_change_password: chosen === undefined,
  })
  if (made === null) return { oneTimePassword: null, isFirstStart: false }
  if (chosen === undefined) await writeFile(join(dataDir, FIRST_PASSWORD_FILE), `${password}\n`, { mode: 0o600 })
  return { oneTimePassword: chosen === undefined ? password : null, isFirstStart: true }
}

function checkChosen(password: string, minLength: number): void {
  const [error] = passwordErrors(password, minLength, ADMINISTRATOR)
  if (error !== undefined) throw new StartFailure(EXIT.config, `ROTA_ADMIN_PASSWORD ${error.message}`)
}
