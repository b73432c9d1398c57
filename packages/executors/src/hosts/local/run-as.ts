import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { say } from '@rota/core'
import type { CompiledOptions } from '../../options.ts'

/** The account a program runs under. */
export interface Account {
  uid: number
  gid: number
  name: string
  home: string
}

/** passwd(5): name, password, uid, gid, gecos, home, shell. */
const PASSWD_FIELDS = 7

type Wanted = { name: string } | { uid: number }

function accountWith(wanted: Wanted, file: string): Account | null {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const fields = line.split(':')
    if (fields.length < PASSWD_FIELDS) continue
    const isWanted = 'name' in wanted ? fields[0] === wanted.name : Number(fields[2]) === wanted.uid
    if (!isWanted) continue
    return { name: fields[0]!, uid: Number(fields[2]), gid: Number(fields[3]), home: fields[5] || '/' }
  }
  return null
}

/** The account of a name in the local user database; null when there is none. Throws what reading it throws. */
export function findAccount(name: string, file = '/etc/passwd'): Account | null {
  return accountWith({ name }, file)
}

/** The account of a number; null when it has none. */
function accountOf(uid: number, file = '/etc/passwd'): Account | null {
  try {
    return accountWith({ uid }, file)
  } catch {
    return null
  }
}

let own: Account | null | undefined

/** The server's own account as the system knows it, wherever that is kept; null for a number without a name. */
function ownAccount(): Account | null {
  if (own !== undefined) return own
  try {
    const { username, homedir, uid, gid } = userInfo()
    own = { name: username, home: homedir || '/', uid, gid }
  } catch {
    own = null
  }
  return own
}

export interface RunIdentity {
  /** Null for the server's own user. */
  ids: { uid: number; gid: number } | null
  /** The account that runs it; null for a number without a name. */
  account: Account | null
  /** True when the task asked for it by name. */
  isNamed: boolean
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
  if (wanted === null) {
    const { runAs } = options
    const isOwn = runAs === null || runAs.uid === ownUid
    return { ids: runAs, account: isOwn ? ownAccount() : accountOf(runAs.uid), isNamed: false }
  }
  const account = findAccount(wanted)
  if (account === null) throw new Error(say`There is no user ${JSON.stringify(wanted)} on this machine (run_as).`)
  const isAllowed = options.allowedUsers ? options.allowedUsers.includes(wanted) : options.runAs === null
  if (!isAllowed) throw new Error(say`Tasks may not run as ${wanted} here; allow it in allowed_users, or drop run_as.`)
  if (account.uid === ownUid) return { ids: null, account, isNamed: true }
  if (ownUid !== 0) throw new Error(say`Only a server that runs as root can run a task as ${wanted} (run_as).`)
  return { ids: { uid: account.uid, gid: account.gid }, account, isNamed: true }
}
