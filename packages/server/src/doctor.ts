import { existsSync, readFileSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { say, systemClock } from '@rota/core'
import { checkIntegrity, DATA_FILES, examineDatabase, lastSignOfLife, secretKeysIn } from '@rota/engine'
import { limitingControllers } from '@rota/executors'
import type { Config } from '@rota/protocol'
import { KEYS_FOLDER, SECRETS_KEY_FILE } from './auth/key-files.ts'
import { LOCAL_TOKEN_FILE } from './auth/local-token.ts'
import { type ConfigFlags, loadConfig } from './config/load.ts'
import { StartFailure } from './failure.ts'
import { loadMasterKeys } from './secrets/master-keys.ts'
import { VERSION } from './version.ts'

/** What was looked at, and whether it is sound. `note`: worth knowing, nothing to mend. */
export interface Finding {
  subject:
    | 'versions'
    | 'configuration'
    | 'server'
    | 'data directory'
    | 'database'
    | 'logs'
    | 'clock'
    | 'disk'
    | 'limits'
    | 'secrets'
    | 'programs'
  verdict: 'ok' | 'note' | 'problem'
  text: string
}

const LEAST_FREE_BYTES = 256 * 1024 ** 2
const LEAST_OPEN_FILES = 1_024
const CLOCK_TOLERATED_MS = 10_000
const ANSWER_WITHIN_MS = 2_000
const MOST_FINDINGS_SHOWN = 5

/** Looks at an installation, whether its server runs or not; changes nothing. */
export async function examine(flags: ConfigFlags): Promise<Finding[]> {
  const findings: Finding[] = [versions()]
  let config: Config
  try {
    config = loadConfig(flags).config
  } catch (error) {
    return [...findings, { subject: 'configuration', verdict: 'problem', text: (error as Error).message }]
  }
  findings.push({ subject: 'configuration', verdict: 'ok', text: say`It can be read.` })
  findings.push(await server(config.data_dir), ...dataDirectory(config), await disk(config.data_dir), openFiles())
  findings.push(programLimits(config))
  if (config.database.url === null) findings.push(...(await embedded(config)))
  else findings.push(...(await shared(config)))
  return findings
}

function versions(): Finding {
  const { node, sqlite } = process.versions
  return { subject: 'versions', verdict: 'ok', text: say`Rota ${VERSION}, Node ${node}, SQLite ${sqlite ?? '?'}.` }
}

/** Whether the server that has the directory answers. */
async function server(folder: string): Promise<Finding> {
  const path = join(folder, LOCAL_TOKEN_FILE)
  if (!existsSync(path)) return { subject: 'server', verdict: 'note', text: say`No server runs in this directory.` }
  let url: string
  try {
    url = JSON.parse(readFileSync(path, 'utf8')).url
  } catch {
    return { subject: 'server', verdict: 'problem', text: say`The file ${path} cannot be read.` }
  }
  const abort = new AbortController()
  const timer = systemClock.after(ANSWER_WITHIN_MS, () => abort.abort())
  try {
    const { ready, state, reason } = (await (await fetch(`${url}/ready`, { signal: abort.signal })).json()) as {
      ready: boolean
      state: string
      reason: string | null
    }
    if (ready) return { subject: 'server', verdict: 'ok', text: say`It answers at ${url}.` }
    return { subject: 'server', verdict: 'problem', text: say`It is ${state} at ${url}: ${reason ?? '?'}` }
  } catch {
    return { subject: 'server', verdict: 'problem', text: say`Nothing answers at ${url}; it was killed, or hangs.` }
  } finally {
    timer.cancel()
  }
}

function dataDirectory({ data_dir: folder }: Config): Finding[] {
  if (!existsSync(folder))
    return [{ subject: 'data directory', verdict: 'note', text: say`${folder} is not there yet.` }]
  const key = join(folder, KEYS_FOLDER, 'signing.key')
  const open = [folder, key].filter((path) => existsSync(path) && (statSync(path).mode & 0o077) !== 0)
  if (open.length === 0)
    return [{ subject: 'data directory', verdict: 'ok', text: say`${folder} is its owner’s alone.` }]
  return open.map((path) => ({
    subject: 'data directory' as const,
    verdict: 'problem' as const,
    text: say`${path} can be read by other users; take that right away with chmod.`,
  }))
}

async function disk(folder: string): Promise<Finding> {
  const found = await statfs(folder).catch(() => null)
  if (found === null) return { subject: 'disk', verdict: 'note', text: say`Its free space cannot be told.` }
  const free = Number(found.bavail) * Number(found.bsize)
  const text = say`${Math.round(free / 1024 ** 2)} MiB are free.`
  return { subject: 'disk', verdict: free < LEAST_FREE_BYTES ? 'problem' : 'ok', text }
}

function openFiles(): Finding {
  let limits = ''
  try {
    limits = readFileSync('/proc/self/limits', 'latin1')
  } catch {
    // Not on this system.
  }
  const [, soft = 'unlimited'] = /^Max open files\s+(\S+)/m.exec(limits) ?? []
  const isLow = soft !== 'unlimited' && Number(soft) < LEAST_OPEN_FILES
  return { subject: 'limits', verdict: isLow ? 'problem' : 'ok', text: say`Files open at once: ${soft}.` }
}

/** Which way limits of attempts are in force for a server that is started as this was. */
function programLimits({ programs: { cgroup_root: root } }: Config): Finding {
  const subject = 'programs'
  const { directory, controllers } = limitingControllers(root)
  const missing = ['memory', 'pids', 'cpu'].filter((name) => !controllers.includes(name))
  if (missing.length === 0) {
    return { subject, verdict: 'ok', text: say`Limits hold for whole attempts, by cgroups below ${directory!}.` }
  }
  if (root !== null) {
    const text = say`${root} (programs.cgroup_root) cannot limit ${missing.join(', ')}: it is not delegated, or not there. Until then limits hold for each process.`
    return { subject, verdict: 'problem', text }
  }
  const text = say`Started from here, limits hold for each process (rlimits), and shares of processors not at all; programs.cgroup_root makes them hold for whole attempts.`
  return { subject, verdict: 'note', text }
}

async function embedded(config: Config): Promise<Finding[]> {
  const { data_dir: folder } = config
  const file = join(folder, DATA_FILES.state)
  if (!existsSync(file) || statSync(file).size === 0) {
    const isUsed = existsSync(join(folder, KEYS_FOLDER)) || existsSync(join(folder, DATA_FILES.logs))
    const text = isUsed
      ? say`${file} is missing or empty, though the directory was used before.`
      : say`There is none yet.`
    return [{ subject: 'database', verdict: isUsed ? 'problem' : 'note', text }]
  }
  const findings = [await integrity('database', file), clock(file)]
  findings.push(secrets(config, () => secretKeysIn(file)))
  const logs = join(folder, DATA_FILES.logs)
  if (existsSync(logs)) findings.push(await integrity('logs', logs))
  return findings.filter((finding) => finding !== null)
}

async function integrity(subject: 'database' | 'logs', file: string): Promise<Finding> {
  const wrong = await checkIntegrity(file, { quick: false })
  if (wrong.length === 0) return { subject, verdict: 'ok', text: say`${file} is whole.` }
  const shown = wrong.slice(0, MOST_FINDINGS_SHOWN).join('; ')
  return { subject, verdict: 'problem', text: say`${file} is damaged: ${shown}. Restore a backup (rota restore).` }
}

/** The latest sign of life in the database against this machine's clock. */
function clock(file: string): Finding | null {
  try {
    const behindMs = lastSignOfLife(file) - systemClock.now()
    if (behindMs <= CLOCK_TOLERATED_MS) return { subject: 'clock', verdict: 'ok', text: say`It has not been set back.` }
    const seconds = Math.round(behindMs / 1_000)
    return {
      subject: 'clock',
      verdict: 'problem',
      text: say`It was set back: ${seconds} s behind what the server has seen.`,
    }
  } catch {
    // The integrity check has told why.
    return null
  }
}

async function shared(config: Config): Promise<Finding[]> {
  const { data_dir: folder, database } = config
  const { url, schema } = database
  try {
    const { applied, pending, aheadMs, secretKeys } = await examineDatabase({ url: url!, schema })
    const found = [schemaFinding({ folder, isEmpty: applied.length === 0, pending }), skew(aheadMs)]
    return [...found, secrets(config, () => secretKeys)].filter((finding) => finding !== null)
  } catch (error) {
    return [{ subject: 'database', verdict: 'problem', text: (error as Error).message }]
  }
}

/** Whether what is kept can be opened with the keys that are given; null where no secret is kept. */
function secrets(config: Config, keysInUse: () => ReadonlyMap<string, number>): Finding | null {
  try {
    const inUse = keysInUse()
    if (inUse.size === 0) return null
    const ownKeyFile = config.database.url === null ? join(config.data_dir, KEYS_FOLDER, SECRETS_KEY_FILE) : null
    const { current, all } = loadMasterKeys({ config, ownKeyFile, mayMake: false })
    const lost = [...inUse.keys()].filter((id) => !all.has(id))
    if (lost.length > 0) {
      return {
        subject: 'secrets',
        verdict: 'problem',
        text: say`Some are under the key ${lost.join(', ')}, which is not given.`,
      }
    }
    const old = [...inUse].reduce((sum, [id, versions]) => (id === current?.id ? sum : sum + versions), 0)
    if (old === 0) return { subject: 'secrets', verdict: 'ok', text: say`All are under the key ${current?.id ?? ''}.` }
    const mend = say`${old} values of secrets are still under an earlier key: rota secret rewrap brings them under the present one.`
    return { subject: 'secrets', verdict: 'note', text: mend }
  } catch (error) {
    // The database is told of by others; a key file that cannot be read is told of here.
    return error instanceof StartFailure ? { subject: 'secrets', verdict: 'problem', text: error.message } : null
  }
}

interface SchemaState {
  folder: string
  isEmpty: boolean
  pending: readonly string[]
}

function schemaFinding({ folder, isEmpty, pending }: SchemaState): Finding {
  const subject = 'database'
  if (isEmpty && existsSync(join(folder, KEYS_FOLDER))) {
    const text = say`PostgreSQL answers; its schema is empty, though the directory was used before.`
    return { subject, verdict: 'problem', text }
  }
  if (pending.length === 0) return { subject, verdict: 'ok', text: say`PostgreSQL answers; its schema is up to date.` }
  const text = say`PostgreSQL answers; its schema lacks ${pending.join(', ')}.`
  return { subject, verdict: 'note', text }
}

/** A server goes by the database's clock, whatever its machine's says: programs and other logs do not. */
function skew(aheadMs: number): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000)
  if (Math.abs(aheadMs) <= CLOCK_TOLERATED_MS)
    return { subject: 'clock', verdict: 'ok', text: say`It agrees with the database’s.` }
  const way =
    aheadMs > 0
      ? say`This machine’s is ${seconds} s behind the database’s, which servers go by.`
      : say`This machine’s is ${seconds} s ahead of the database’s, which servers go by.`
  return { subject: 'clock', verdict: 'problem', text: say`${way} Set one of the two right.` }
}
