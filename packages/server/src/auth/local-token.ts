import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AccessStore, MADE_BY_SERVER } from '../access-store.ts'
import type { ApiTokens } from './api-tokens.ts'
import { heldBy } from './holdings.ts'

/** Holds address and token for the command line on this machine. Who can read it could read the database beside it. */
export const LOCAL_TOKEN_FILE = 'cli-token'

export interface LocalTokenOptions {
  store: AccessStore
  apiTokens: ApiTokens
  dataDir: string
  /** Tells this data directory from those of other instances on the same store. */
  mark: string
  url: string
}

const settingOf = (mark: string) => `local_token_id:${mark}`

/** Leaves a new token of an administrator in the data directory (0600); the one of the last start ends. */
export async function writeLocalToken({ store, apiTokens, dataDir, mark, url }: LocalTokenOptions): Promise<void> {
  const setting = settingOf(mark)
  const previous = await store.settings.get(setting)
  if (previous !== undefined) await store.tokens.remove(previous)
  const admin = await store.users.adminExcept('')
  if (admin === undefined) return
  const maker = {
    userId: admin.id,
    username: admin.username,
    signInName: admin.username,
    role: 'admin',
    name: admin.username,
    tenantId: null,
    ...heldBy(admin, []),
    mustChangePassword: false,
    mustEnrol: false,
    credential: { kind: 'session', id: '', expiresAt: null },
  } as const
  const { token, secret } = await apiTokens.create(maker, { name: LOCAL_TOKEN_FILE }, MADE_BY_SERVER)
  await store.settings.set(setting, token.id)
  const path = join(dataDir, LOCAL_TOKEN_FILE)
  // A file that is there keeps its mode, so it goes first.
  await rm(path, { force: true })
  await writeFile(path, `${JSON.stringify({ url, token: secret })}\n`, { mode: 0o600, flag: 'wx' })
}

/** The token ends with the server. */
export async function removeLocalToken(store: AccessStore, dataDir: string, mark: string): Promise<void> {
  await rm(join(dataDir, LOCAL_TOKEN_FILE), { force: true })
  const id = await store.settings.get(settingOf(mark))
  if (id === undefined) return
  await store.tokens.remove(id)
  await store.settings.remove(settingOf(mark))
}
