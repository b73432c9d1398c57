import { readFileSync } from 'node:fs'
import { say } from '@rota/core'
import type { CompiledOptions } from './options.ts'

/** The account a program runs under. */
export interface Account {
  uid: number
  gid: number
  name: string
  home: string
}

/** passwd(5): name, password, uid, gid, gecos, home, shell. */
const PASSWD_FIELDS = 7

/** The account of a name in the local user database; null when there is none. Throws what reading it throws. */
export function findAccount(name: string, file = '/etc/passwd'): Account | null {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const fields = line.split(':')
    if (fields.length < PASSWD_FIELDS || fields[0] !== name) continue
    return { name, uid: Number(fields[2]), gid: Number(fields[3]), home: fields[5] || '/' }
  }
  return null
}

export interface RunIdentity {
  /** Null for the server's own user. */
  ids: { uid: number; gid: number } | null
  /** The account a task asked for by name; null when it asked for none. */
  account: Account | null
}

/**
 * Whom a program runs as: the user its task names, else the configured one, else the server's own.
 * Throws an Error that says what to do when the server may not or cannot become that user.
 */
export function identityFor(
  wanted: string | null,
  options: Pick<CompiledOptions, 'runAs' | 'allowedUsers'>,
  ownUid = process.getuid?.() ?? -1,
): RunIdentity {
  if (wanted === null) return { ids: options.runAs, account: null }
  const account = findAccount(wanted)
  if (account === null) throw new Error(say`There is no user ${JSON.stringify(wanted)} on this machine (run_as).`)
  const isAllowed = options.allowedUsers ? options.allowedUsers.includes(wanted) : options.runAs === null
  if (!isAllowed) throw new Error(say`Tasks may not run as ${wanted} here; allow it in allowed_users, or drop run_as.`)
  if (account.uid === ownUid) return { ids: null, account }
  if (ownUid !== 0) throw new Error(say`Only a server that runs as root can run a task as ${wanted} (run_as).`)
  return { ids: { uid: account.uid, gid: account.gid }, account }
}
