import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { say } from '@rota/core'
import { CliError } from '../exit.ts'
import type { Terminal } from '../terminal.ts'

/** What a login left behind for one server. */
export interface Login {
  token: string
  /** Id of the token, so that logging out can revoke it. */
  token_id: string | null
  username: string
}

/** The credentials file: logins by server address, and which server is meant when none is named. */
export interface Credentials {
  current: string | null
  servers: Record<string, Login>
}

const PRIVATE = 0o600

/** `$XDG_CONFIG_HOME/rota/credentials.json`, else `~/.config/rota/credentials.json`. */
export function credentialsFile(env: Terminal['env']): string {
  const base = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config')
  return join(base, 'rota', 'credentials.json')
}

/** Empty when nobody has logged in. Throws CliError when the file cannot be understood. */
export async function readCredentials(env: Terminal['env']): Promise<Credentials> {
  const file = credentialsFile(env)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, servers: {} }
    throw error
  }
  try {
    const value = JSON.parse(text) as Partial<Credentials>
    return { current: value.current ?? null, servers: { ...value.servers } }
  } catch {
    throw new CliError('error', say`${file} is damaged.`, [say`Remove it and log in again with \`rota login\`.`])
  }
}

/** Replaces the file in one step; only its owner may read it. */
export async function writeCredentials(env: Terminal['env'], credentials: Credentials): Promise<void> {
  const file = credentialsFile(env)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: PRIVATE })
  await chmod(draft, PRIVATE)
  await rename(draft, file)
}
