import { say } from '@rota/core'
import { ApiError, type Client, type Identity } from '@rota/sdk'
import { askSecret } from '../confirm.ts'
import type { Context } from '../context.ts'
import { usage } from '../exit.ts'
import { passwordClient } from './connect.ts'

interface PasswordLogin {
  url: string
  username: string
  password: string
  /** Of the second factor, or a recovery code; asked for where it is needed. */
  code?: string | undefined
}

/** A client with a session of its own, and who that is. Throws ApiError, and usage where a code cannot be asked for. */
export async function signedIn(
  context: Context,
  { url, username, password, code }: PasswordLogin,
): Promise<{ client: Client; identity: Identity }> {
  const open = async (given: string | undefined) => {
    const client = passwordClient(context, url, { username, password, ...(given !== undefined && proofOf(given)) })
    return { client, identity: await client.auth.me() }
  }
  try {
    return await open(code)
  } catch (error) {
    if (code !== undefined || !(error instanceof ApiError) || error.code !== 'second_factor_required') throw error
    if (!context.inIsTty) throw usage(say`This account has a second factor: give its code with --code.`)
    return open(await askSecret(context, say`Code of the second factor of ${username}`))
  }
}

/** Six digits are what a device shows; anything else is a recovery code. */
function proofOf(code: string): { totp: string } | { recovery_code: string } {
  return /^[\d ]+$/.test(code) ? { totp: code } : { recovery_code: code }
}
