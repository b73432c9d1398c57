import { randomBytes } from 'node:crypto'
import { join as joinPath } from 'node:path'
import { type Clock, type NodeFacts, say, systemClock } from '@rota/core'
import { createExecutors, createHandlerPool, type Executor, type HandlerPool, reapOrphans } from '@rota/executors'
import { type Dial, dialWebSocket, type NodeEnd, type NodeTold, RotaNode } from '@rota/node-side'
import { DataDirectory, type NodeIdentity } from './data-directory.ts'
import { DiskSpools } from './disk-spool.ts'
import { executorCarrier } from './executor-carrier.ts'
import { factsOf, idOf } from './facts.ts'
import { AgentFailure, EXIT } from './failure.ts'
import { FileJournal } from './file-journal.ts'
import { type Joined, join } from './join.ts'
import type { AgentSettings } from './settings.ts'
import { UsageSampler } from './usage-sampler.ts'
import { VERSION } from './version.ts'

/** What an agent tells of itself. */
export type AgentTold =
  | NodeTold
  | { kind: 'reaped'; processes: number }
  | { kind: 'restored'; attempts: number }
  | { kind: 'joined'; nodeId: string }
  | { kind: 'cannot_join'; why: string; retryMs: number }
  | { kind: 'new_key' }
  | { kind: 'journal'; why: string }

export interface Agent {
  readonly facts: NodeFacts
  /** Resolves when no server will have the node any more. */
  readonly ended: Promise<NodeEnd>
  /** Attempts that run. */
  readonly running: number
  stop(options: { graceMs: number; reason: string }): Promise<void>
}

export interface AgentParts {
  settings: AgentSettings
  tell(told: AgentTold): void
  /** Ends the wait for a server that cannot be joined yet. */
  signal: AbortSignal
  clock?: Clock
}

/** Share of all that the spools of all attempts may take, in spools of one. */
const SPOOLS_IN_ALL = 16
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000
/** Statuses that say that this key, or this server, is the wrong one. */
const HOPELESS = new Set([401, 403, 404])

/**
 * Starts an agent: ends what an earlier process left running, joins if it has not yet, and keeps its connection. Throws
 * AgentFailure for what its operator has to mend.
 */
export async function startAgent({ settings, tell, signal, clock = systemClock }: AgentParts): Promise<Agent> {
  const directory = new DataDirectory(settings.dataDir)
  const usage = new UsageSampler(clock, settings.dataDir)
  try {
    const tempDir = joinPath(settings.dataDir, 'programs')
    const processes = await reapOrphans(directory.mark, { clock, tempDir })
    if (processes > 0) tell({ kind: 'reaped', processes })
    const pool = settings.handlersModule === null ? null : await createHandlerPool({ module: settings.handlersModule })
    const executors = createExecutors({
      ...{ clock, tempDir, instanceMark: directory.mark },
      ...(pool !== null && { handlerExecutor: pool }),
    })
    if (pool === null) executors.delete('handler')
    const facts = (id: string, gpu: NodeFacts['gpu']) =>
      factsOf(settings, id, { types: [...executors.keys()], handlers: pool?.names() ?? [], gpu })
    const gpu = await usage.findGpu()
    const identity =
      directory.node ?? (await joined({ directory, settings, clock, tell, signal }, facts(idOf(settings.name), gpu)))
    const ways = await waysOf(directory, settings, clock)
    return begin({ directory, settings, clock, tell, usage, executors, pool, ways }, facts(identity.nodeId, gpu))
  } catch (error) {
    usage.stop()
    directory.release()
    throw error
  }
}

/** How the agent and its server reach each other. */
interface Ways {
  dial: Dial
  close(): Promise<void>
}

async function waysOf(directory: DataDirectory, { server, push, tls }: AgentSettings, clock: Clock): Promise<Ways> {
  const key = () => directory.node!.key
  if (push !== null) {
    // Loaded here: a server of HTTP takes memory that few agents need.
    const { openPushWay } = await import('./push-way.ts')
    return openPushWay({ ...push, server, tls, clock, key, nodeId: directory.node!.nodeId })
  }
  const dial = dialWebSocket({ url: server, key, tls, userAgent: `rota-agent/${VERSION}` })
  return { dial, close: async () => undefined }
}

interface Joining {
  directory: DataDirectory
  settings: AgentSettings
  clock: Clock
  tell(told: AgentTold): void
  signal: AbortSignal
}

/** Joins, however long the server is away. */
async function joined(parts: Joining, facts: NodeFacts): Promise<NodeIdentity> {
  const { directory, settings, clock, tell, signal } = parts
  const { token, server } = settings
  if (token === null) {
    throw new AgentFailure(
      EXIT.usage,
      say`This node has not joined yet: give a join token with --token or ROTA_JOIN_TOKEN.`,
    )
  }
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)) {
    try {
      const { node_id: nodeId, key }: Joined = await join(settings, facts, token)
      const identity = { nodeId, key, server }
      directory.keep(identity)
      tell({ kind: 'joined', nodeId })
      return identity
    } catch (error) {
      if (error instanceof AgentFailure) throw error
      tell({ kind: 'cannot_join', why: (error as Error).message, retryMs })
    }
    await passed(clock, retryMs, signal)
  }
}

function passed(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, resolve)
    signal.addEventListener('abort', () => {
      timer.cancel()
      reject(signal.reason)
    })
  })
}

interface Parts extends Omit<Joining, 'signal'> {
  usage: UsageSampler
  executors: ReadonlyMap<string, Executor>
  pool: HandlerPool | null
  ways: Ways
}

function begin({ directory, settings, clock, tell, usage, executors, pool, ways }: Parts, facts: NodeFacts): Agent {
  const journal = new FileJournal(joinPath(directory.path, 'attempts.jsonl'), (error) =>
    tell({ kind: 'journal', why: error.message }),
  )
  const { restored } = journal
  if (restored.length > 0) tell({ kind: 'restored', attempts: restored.length })
  let hasConnected = false
  let isOver = false
  const node = new RotaNode({
    ...{ facts, clock, journal, restored, session: randomBytes(16).toString('hex') },
    dial: ways.dial,
    carrier: executorCarrier(executors),
    spools: new DiskSpools({
      folder: joinPath(directory.path, 'spool'),
      maxBytes: settings.spoolBytes,
      maxTotalBytes: settings.spoolBytes * SPOOLS_IN_ALL,
    }),
    usage: () => usage.sample(),
    // Once it was let in, a refusal may be a mistake that is mended while work goes on here.
    isHopeless: (status) => !hasConnected && HOPELESS.has(status),
    onNewKey(key) {
      directory.keep({ ...directory.node!, key })
      tell({ kind: 'new_key' })
    },
    tell(told) {
      if (told.kind === 'connected') hasConnected = true
      tell(told)
    },
  })
  node.start()
  return {
    facts,
    ended: node.ended,
    get running() {
      return node.running
    },
    async stop(options) {
      await node.stop(options)
      if (isOver) return
      isOver = true
      await ways.close()
      await pool?.close()
      usage.stop()
      journal.close()
      directory.release()
    },
  }
}
