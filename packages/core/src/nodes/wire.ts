import type { LogLine, Order, Refusal, RunOutcome, UnfinishedLine } from '../order.ts'
import type { NodeFacts, NodeLease, NodeState, Usage } from './facts.ts'

/** The version of the agent protocol that this program speaks. `packages/agent/PROTOCOL.md` is its text. */
export const AGENT_PROTOCOL = 1

/** Which attempt a frame is about. */
export interface AttemptKey {
  executionId: string
  fence: number
}

/**
 * What is told of an order, one message after the other. `from`: how many lines of the attempt came before these, so that
 * whoever goes on with its log takes each once.
 */
export type AttemptNews =
  | { kind: 'acked' }
  | { kind: 'refused'; refusal: Refusal; why: string }
  | { kind: 'lines'; from: number; lines: readonly LogLine[] }
  | { kind: 'progress'; percent: number; message: string | null }
  | { kind: 'unfinished'; line: UnfinishedLine | null }
  /** `lines`: how many came before it; left out where an earlier start of the node's program has told them. */
  | { kind: 'ended'; outcome: RunOutcome; lines?: number | undefined }

/** What a node says. */
export type FromNode =
  | {
      kind: 'hello'
      /** Versions of the protocol that it speaks. */
      versions: readonly number[]
      node: NodeFacts
      /** What it still has in hand, running or ended with an end that nobody has confirmed. */
      running: readonly NodeLease[]
      /** Made anew with each start of the program on the node. */
      session: string
    }
  | { kind: 'heartbeat'; usage: Usage; running: readonly NodeLease[]; clock: number }
  /** `number` counts the news of an attempt from 1; it is said again until it is confirmed. */
  | ({ kind: 'news'; number: number; owner: string; news: AttemptNews } & AttemptKey)
  /** It takes nothing any more: it is going, or was told to drain on its own side. */
  | { kind: 'leaving'; reason: string }

/** What is said to a node. */
export type ToNode =
  | {
      kind: 'welcome'
      version: number
      epoch: number
      /** The instance at the other end of the connection. */
      instance: string
      heartbeatMs: number
      /** After so long without a word either side takes the other for gone. */
      silenceMs: number
      /** Of what it has in hand: what it is to stop, because it is somebody else's by now. */
      drop: readonly NodeLease[]
      /** Epoch ms, by which it corrects the instants of its log lines. */
      now: number
    }
  /** It may not join, or not any more; `isFinal`: no trying again mends it. */
  | { kind: 'refused'; code: NodeRefusal; why: string; isFinal: boolean }
  | { kind: 'heard'; state: NodeState; reason: string; now: number; drop: readonly NodeLease[] }
  /** `owner`: the instance to which its news go. `beginWithinMs`: it is late after so long. */
  | { kind: 'order'; order: Order; lease: string; owner: string; beginWithinMs: number | null }
  /** News up to this number have been taken; they need not be kept any more. */
  | ({ kind: 'got'; number: number } & AttemptKey)
  /** No more lines until `go_on`. */
  | ({ kind: 'hold' } & AttemptKey)
  | ({ kind: 'go_on' } & AttemptKey)
  | ({ kind: 'cancel'; reason: string } & AttemptKey)
  /** Another instance owns the attempt: news go there, lines again from `lines` on, and the end again if there was one. */
  | ({ kind: 'resume'; owner: string; lines: number } & AttemptKey)
  | { kind: 'drain'; isDraining: boolean }
  /** The key it signs in with from now on; the one before holds for a while. */
  | { kind: 'new_key'; key: string }

/** Why a node is not let in. */
export const NODE_REFUSALS = [
  'version',
  'invalid',
  'gpu_required',
  'other_key',
  'removed',
  'replaced',
  'too_large',
  'too_many',
] as const
export type NodeRefusal = (typeof NODE_REFUSALS)[number]
