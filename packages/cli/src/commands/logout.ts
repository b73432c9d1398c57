import { say } from '@rota/core'
import type { Context } from '../context.ts'
import { CliError } from '../exit.ts'
import { checkUrl, clientOf } from '../session/connect.ts'
import { readCredentials, writeCredentials } from '../session/credentials.ts'

export async function logout(context: Context, [address]: string[]): Promise<number | undefined> {
  const credentials = await readCredentials(context.env)
  const named = address ?? context.flags.url
  const url = named === undefined ? credentials.current : checkUrl(named)
  const login = url === null ? undefined : credentials.servers[url]
  if (url === null || !login)
    throw new CliError('notFound', url === null ? say`There is no login.` : say`There is no login for ${url}.`)
  let revoked = false
  if (login.token_id !== null) {
    revoked = await clientOf(context, { url, token: login.token })
      .tokens.revoke(login.token_id)
      .then(
        () => true,
        () => false,
      )
  }
  const { [url]: _gone, ...servers } = credentials.servers
  const current = credentials.current === url ? null : credentials.current
  await writeCredentials(context.env, { current, servers })
  if (context.flags.json) context.json({ url, revoked })
  else context.say(`${context.paint('green', '✔')} ${say`Logged out of ${url}.`}`)
  if (!revoked) {
    context.note(
      login.token_id === null
        ? say`The token was not made by this login and stays valid; \`rota token revoke\` ends it.`
        : say`The server could not be told; the token stays valid until it expires. \`rota token revoke\` ends it.`,
    )
  }
  return undefined
}
