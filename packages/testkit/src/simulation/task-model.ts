import { dueInstants } from './due-oracle.ts'
import type { Definition } from './scenario.ts'

/** What the tasks table says, as far as it decides what is due. */
export interface TaskState {
  version: number
  isEnabled: boolean
  pausedAt: number | null
  deletedAt: number | null
}

/**
 * A stretch of the wall clock in which one definition counted. Its occurrences in `(mustFrom, to]` must be answered;
 * those in `(from, mustFrom]` and `(to, mayTo]` may be: there the clock had been set back, and the instants may have
 * been answered before by what stood there then.
 */
export interface Stretch {
  definition: Definition
  from: number
  mustFrom: number
  to: number
  mayTo: number
}

/** What the simulation knows of one task: which definition counted when. */
export class TaskModel {
  readonly id: string
  readonly stretches: Stretch[] = []
  /** By version, for judging what was planned from it. */
  readonly definitions = new Map<number, Definition>()
  /** Versions that the end of a pause has made, with when: what fell due before may have been asked for then. */
  readonly #resumed = new Map<number, number>()
  state: TaskState
  definition: Definition
  #open: Stretch | null = null
  #highestAtPause = 0

  constructor(id: string, definition: Definition, state: TaskState, at: { now: number; highestWall: number }) {
    this.id = id
    this.definition = definition
    this.state = state
    this.definitions.set(state.version, definition)
    if (isActive(state)) this.#begin(at)
  }

  /** Takes note of what became of the task; `edited` is the definition that a change may have brought. */
  changed(state: TaskState, edited: Definition | null, at: { now: number; highestWall: number }) {
    if (state.version === this.state.version) return
    const before = this.state
    this.state = state
    this.finish(at)
    if (edited) this.definition = edited
    this.definitions.set(state.version, this.definition)
    if (before.pausedAt === null && state.pausedAt !== null) this.#highestAtPause = at.highestWall
    if (before.pausedAt !== null && state.pausedAt === null) this.#resumed.set(state.version, at.highestWall)
    if (before.pausedAt !== null && state.pausedAt === null && at.now > before.pausedAt) {
      this.stretches.push({
        definition: this.definition,
        from: before.pausedAt,
        mustFrom: Math.max(before.pausedAt, this.#highestAtPause),
        to: at.now,
        mayTo: Math.max(at.now, at.highestWall),
      })
    }
    if (isActive(state)) this.#begin(at)
  }

  /** Whether somebody who ended a pause may have asked for an occurrence that had fallen due in it. */
  mayBeAsked({ taskVersion, dueAt, createdAt }: { taskVersion: number | null; dueAt: number; createdAt: number }) {
    return createdAt > dueAt && dueAt <= (this.#resumed.get(taskVersion ?? 0) ?? Number.NEGATIVE_INFINITY)
  }

  #begin({ now, highestWall }: { now: number; highestWall: number }) {
    const mustFrom = Math.max(now, highestWall)
    this.#open = { definition: this.definition, from: now, mustFrom, to: now, mayTo: now }
  }

  /** The definition counts no longer, or the run is over. */
  finish({ now, highestWall }: { now: number; highestWall: number }) {
    if (this.#open === null) return
    this.stretches.push({ ...this.#open, to: now, mayTo: Math.max(now, highestWall) })
    this.#open = null
  }
}

export function isActive(state: TaskState): boolean {
  return state.isEnabled && state.pausedAt === null && state.deletedAt === null
}

/** Occurrences of a stretch within bounds, its definition's window kept. */
export function occurrences({ definition }: Stretch, after: number, to: number): number[] {
  const { from, to: end } = definition.window
  return dueInstants(definition.rule, Math.max(after, from - 1), Math.min(to, end))
}
