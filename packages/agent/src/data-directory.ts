import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '@rota/core'
import { isOtherAlive, ownIdentity, type ProcessIdentity } from '@rota/executors'
import { AgentFailure, EXIT } from './failure.ts'
import { writeWhole } from './write-whole.ts'

/** Who the node is to its server. */
export interface NodeIdentity {
  nodeId: string
  /** What it signs in with. */
  key: string
  server: string
}

interface Identity extends Partial<NodeIdentity> {
  /** Marks the programs of this node, so that a later start finds what an earlier one has left. */
  mark: string
}

const IDENTITY = 'node.json'
const LOCK = 'agent.lock'

/** The directory in which one agent keeps who it is and what it has in hand. */
export class DataDirectory {
  readonly path: string
  #identity: Identity

  /** Throws AgentFailure when it cannot be used, or another agent does. */
  constructor(path: string) {
    this.path = path
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw new AgentFailure(EXIT.cannotCreate, say`${path} cannot be made: ${(error as Error).message}`)
    }
    this.#lock()
    this.#identity = this.#read<Identity>(IDENTITY) ?? { mark: randomBytes(16).toString('hex') }
    this.#write()
  }

  get mark(): string {
    return this.#identity.mark
  }

  /** Null before the node has joined. */
  get node(): NodeIdentity | null {
    const { nodeId, key, server } = this.#identity
    return nodeId !== undefined && key !== undefined && server !== undefined ? { nodeId, key, server } : null
  }

  keep(node: NodeIdentity): void {
    this.#identity = { ...this.#identity, ...node }
    this.#write()
  }

  release(): void {
    rmSync(join(this.path, LOCK), { force: true })
  }

  /** The lock names its process: what `kill -9` has left locks nobody out. */
  #lock(): void {
    const holder = this.#read<ProcessIdentity>(LOCK)
    if (holder !== null && isOtherAlive(holder) === true) {
      throw new AgentFailure(
        EXIT.busy,
        say`${this.path} is the directory of another agent that runs (process ${holder.pid}).`,
      )
    }
    this.#save(LOCK, ownIdentity())
  }

  #write(): void {
    this.#save(IDENTITY, this.#identity)
  }

  #save(name: string, value: object): void {
    try {
      writeWhole(join(this.path, name), `${JSON.stringify(value)}\n`)
    } catch (error) {
      throw new AgentFailure(EXIT.cannotCreate, say`${this.path} cannot be written: ${(error as Error).message}`)
    }
  }

  #read<T>(name: string): T | null {
    let text: string
    try {
      text = readFileSync(join(this.path, name), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw new AgentFailure(EXIT.cannotCreate, say`${this.path} cannot be read: ${(error as Error).message}`)
    }
    try {
      return JSON.parse(text) as T
    } catch {
      throw new AgentFailure(
        EXIT.config,
        say`${join(this.path, name)} is damaged; remove it, and join again with a new token.`,
      )
    }
  }
}
