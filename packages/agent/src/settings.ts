import { readFileSync } from 'node:fs'
import { availableParallelism, hostname } from 'node:os'
import { resolve } from 'node:path'
import { type Capability, say } from '@rota/core'
import { AgentFailure, EXIT } from './failure.ts'

/** What `rota agent` can be told by flags; each that is missing may stand in the environment, or has a default. */
export interface AgentFlags {
  server?: string | undefined
  token?: string | undefined
  name?: string | undefined
  data?: string | undefined
  pool?: readonly string[] | undefined
  label?: readonly string[] | undefined
  capability?: readonly string[] | undefined
  language?: string | undefined
  type?: string | undefined
  capacity?: string | undefined
  weight?: string | undefined
  handlers?: string | undefined
  grace?: string | undefined
  spool?: string | undefined
  callbackUrl?: string | undefined
  listen?: string | undefined
  ca?: string | undefined
  cert?: string | undefined
  keyFile?: string | undefined
}

/** Everything the agent goes by, checked. */
export interface AgentSettings {
  server: string
  /** Null where the node has joined before. */
  token: string | null
  name: string
  dataDir: string
  pools: readonly string[]
  labels: Readonly<Record<string, string>>
  languages: readonly string[]
  capabilities: Readonly<Record<string, Capability>>
  /** Null for all that it can run. */
  types: readonly string[] | null
  capacity: number
  weight: number
  handlersModule: string | null
  graceMs: number
  spoolBytes: number
  /** Where the server sends frames to, and where the agent listens for them; null for a connection of its own. */
  push: { callbackUrl: string; host: string; port: number } | null
  tls: { ca?: Buffer; cert?: Buffer; key?: Buffer }
}

type Environment = Readonly<Record<string, string | undefined>>

const MIB = 1_048_576

/** Throws AgentFailure for what cannot be meant. */
export function readSettings(flags: AgentFlags, env: Environment, cwd: string): AgentSettings {
  const server = serverUrl(flags.server ?? env.ROTA_SERVER)
  const path = (given: string) => resolve(cwd, given)
  const handlers = flags.handlers ?? env.ROTA_AGENT_HANDLERS
  return {
    server,
    token: flags.token ?? env.ROTA_JOIN_TOKEN ?? null,
    name: flags.name ?? env.ROTA_NODE_NAME ?? hostname(),
    dataDir: path(flags.data ?? env.ROTA_AGENT_DATA ?? 'agent-data'),
    pools: lists(flags.pool, env.ROTA_NODE_POOLS),
    labels: Object.fromEntries(lists(flags.label, env.ROTA_NODE_LABELS).map(labelOf)),
    languages: words(flags.language ?? env.ROTA_NODE_LANGUAGES ?? ''),
    capabilities: capabilitiesOf(flags.capability ?? split(env.ROTA_NODE_CAPABILITIES, ' ')),
    types: flags.type === undefined ? null : words(flags.type),
    capacity: number('--capacity', flags.capacity ?? env.ROTA_NODE_CAPACITY, availableParallelism()),
    weight: number('--weight', flags.weight ?? env.ROTA_NODE_WEIGHT, 1),
    handlersModule: handlers === undefined ? null : path(handlers),
    graceMs: 1_000 * number('--grace', flags.grace ?? env.ROTA_AGENT_GRACE, 30, true),
    spoolBytes: MIB * number('--spool', flags.spool ?? env.ROTA_AGENT_SPOOL, 16),
    push: pushOf(flags.callbackUrl ?? env.ROTA_AGENT_CALLBACK_URL, flags.listen ?? env.ROTA_AGENT_LISTEN),
    tls: {
      ...file('ca', flags.ca ?? env.ROTA_AGENT_CA, path),
      ...file('cert', flags.cert ?? env.ROTA_AGENT_CERT, path),
      ...file('key', flags.keyFile ?? env.ROTA_AGENT_KEY_FILE, path),
    },
  }
}

function usage(message: string): AgentFailure {
  return new AgentFailure(EXIT.usage, message)
}

function serverUrl(given: string | undefined): string {
  if (!given) throw usage(say`Name the server with --server or ROTA_SERVER, for example https://rota.example.`)
  const url = URL.canParse(given) ? new URL(given) : null
  if (url === null || !['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol)) {
    throw usage(say`--server ${given} is not an address such as https://rota.example.`)
  }
  if (url.username !== '' || url.password !== '') throw usage(say`--server takes no user and no password.`)
  url.protocol = url.protocol.replace('ws', 'http')
  return url.href.replace(/\/$/, '')
}

/** Without `listen`, on every address, at the port of the address that the server is given. */
function pushOf(callbackUrl: string | undefined, listen: string | undefined): AgentSettings['push'] {
  if (!callbackUrl) return null
  const url = URL.canParse(callbackUrl) ? new URL(callbackUrl) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usage(say`--callback-url ${callbackUrl} is not an address such as http://node-1.example:7072/rota.`)
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  if (!listen) return { callbackUrl, host: '0.0.0.0', port }
  const at = listen.lastIndexOf(':')
  const host = listen.slice(0, Math.max(0, at)).replace(/^\[|\]$/g, '')
  const listenPort = Number(listen.slice(at + 1))
  if (!Number.isInteger(listenPort) || listenPort < 0 || listenPort > 65_535) {
    throw usage(say`--listen ${listen} is not of the form address:port.`)
  }
  return { callbackUrl, host: host === '' ? '0.0.0.0' : host, port: listenPort }
}

const split = (text: string | undefined, by: string) => (text ?? '').split(by).filter((each) => each !== '')
const words = (text: string) => split(text, ',').map((each) => each.trim())
const lists = (flags: readonly string[] | undefined, text: string | undefined) => flags ?? words(text ?? '')

function labelOf(given: string): [string, string] {
  const at = given.indexOf('=')
  if (at < 1) throw usage(say`--label ${given} is not of the form key=value.`)
  return [given.slice(0, at), given.slice(at + 1)]
}

/** `asr=zh,en:small,large`: a service, its languages, its models. */
function capabilitiesOf(given: readonly string[]): Record<string, Capability> {
  const found: Record<string, Capability> = {}
  for (const each of given) {
    const at = each.indexOf('=')
    const service = at < 0 ? each : each.slice(0, at)
    if (service === '') throw usage(say`--capability ${each} is not of the form service=languages:models.`)
    const [languages = '', models = ''] = at < 0 ? [] : each.slice(at + 1).split(':')
    found[service] = { languages: words(languages), models: words(models) }
  }
  return found
}

function number(name: string, given: string | undefined, usual: number, mayBeZero = false): number {
  if (given === undefined || given === '') return usual
  const value = Number(given)
  const isGood = Number.isFinite(value) && (mayBeZero ? value >= 0 : value > 0)
  if (!isGood) throw usage(say`${name} ${given} must be a number above 0.`)
  return value
}

function file(name: 'ca' | 'cert' | 'key', given: string | undefined, path: (given: string) => string) {
  if (given === undefined) return {}
  try {
    return { [name]: readFileSync(path(given)) }
  } catch (error) {
    throw new AgentFailure(EXIT.config, say`${given} cannot be read: ${(error as Error).message}`)
  }
}
