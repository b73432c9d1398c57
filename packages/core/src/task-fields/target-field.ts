import { ON_LOST, STRATEGIES } from '../nodes/target.ts'
import { choice, either, list, map, members, number, type Typed, text, whole } from './field.ts'

const NAME = 200

/** Where a task runs, as it is written. Only nodes have more to say than their kind. */
export type TargetInput = {
  kind: 'local' | 'node'
  pool?: string
  node_id?: string
  /** A label selector, or the labels themselves. */
  selector?: string | Record<string, string>
  /** A service by its name, or with what it must know. */
  capability?: string | { service: string; languages?: string[]; model?: string }
  strategy?: (typeof STRATEGIES)[number]
  queue_timeout_seconds?: number
  on_lost?: (typeof ON_LOST)[number]
  broadcast?: { at_once?: number; stop_after?: number }
  shards?: number
}

const MEMBERS = {
  kind: choice(['local', 'node'], { isRequired: true, usual: 'local' }),
  pool: text(NAME, { least: 1, about: 'Node: name of the pool.' }),
  node_id: text(NAME, { least: 1, about: 'Node: this one alone.' }),
  selector: either(
    text(1_000),
    map({ names: { kind: 'text', most: NAME }, values: { kind: 'text', most: NAME }, most: 64 }),
  ),
  capability: either(
    text(NAME, { least: 1 }),
    members({
      service: text(NAME, { least: 1, isRequired: true }),
      languages: list(text(40, { least: 1 }), 20),
      model: text(NAME, { least: 1 }),
    }),
  ),
  strategy: choice(STRATEGIES, { about: 'Node: how one of those that fit is picked; default random.' }),
  queue_timeout_seconds: number([0, 31_536_000], {
    isAbove: true,
    about: 'Node: how long it waits for a node with room before it fails; default for ever.',
  }),
  on_lost: choice(ON_LOST, {
    about:
      'Node: what becomes of an attempt whose node is lost: begun anew elsewhere (default), failed, or waited for.',
  }),
  // One that is left out is no empty one.
  broadcast: either(
    members(
      {
        at_once: whole([1, 10_000], { about: 'Nodes at once; default all.' }),
        stop_after: whole([1, 10_000], { about: 'Failures after which no further node begins; default never.' }),
      },
      { about: 'Node: runs on every node that fits, instead of one.' },
    ),
  ),
  shards: whole([1, 1_000], {
    about: 'Node: so many parts, each with ROTA_SHARD_INDEX (from 0) and ROTA_SHARD_COUNT.',
  }),
}

/** The row of the table. Members that are left out stay so: a task on the server says nothing of nodes. */
export const targetField = {
  kind: 'members',
  members: MEMBERS,
  isOpen: false,
  about: 'Where it runs: on the server itself, or on a node.',
  schema: 'Target',
} as const satisfies object as {
  readonly kind: 'members'
  readonly members: typeof MEMBERS
  readonly isOpen: false
  readonly about: string
  readonly schema: string
} & Typed<TargetInput, TargetInput>
