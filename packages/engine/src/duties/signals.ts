import type { Begun, NewExecution } from '../ports/executions.ts'
import type { Ranked } from './claim-floor.ts'

/** Something that one part of an engine tells and others hear, in the turn in which it is told. */
export interface Signal<What> {
  tell(what: What): void
  hear(listener: (what: What) => void): void
}

function createSignal<What>(): Signal<What> {
  const listeners: ((what: What) => void)[] = []
  return {
    tell(what) {
      for (const listener of listeners) listener(what)
    },
    hear(listener) {
      listeners.push(listener)
    },
  }
}

/** What the parts of an engine tell each other. None of them knows who hears it. */
export interface Signals {
  /** Rows are in the store that nobody has claimed. */
  added: Signal<readonly Ranked[]>
  /** Rows may be in the store, wherever in the order, that start from an instant on and before another. */
  addedFrom: Signal<{ runAt: number; until?: number }>
  /** Somebody has submitted rows that this instance has not claimed with them. */
  submitted: Signal<readonly NewExecution[]>
  /** A place is free for those that stand in a line. */
  placeFree: Signal<string>
  /** This instance is full and leaves due work to others. */
  full: Signal<void>
  /** Something is to be stopped that others may have in hand. */
  stopElsewhere: Signal<void>
  /** Others want something stopped that may be in this instance's hands. */
  stopHere: Signal<void>
  /** Somebody else has taken over the executions of attempts that began here. */
  fenced: Signal<readonly Begun[]>
  /** The lease was renewed after others may have thought that it had ended, so many ms after the renewal before. */
  regained: Signal<number>
  /** A task's execution has killed its server again and again. */
  poisoned: Signal<number>
  /** Something has become of executions. */
  happened: Signal<void>
  /** A node was asked for room; how it answered. */
  asked: Signal<string>
  /** A node has taken the order of an execution, so many ms after it was offered. */
  acked: Signal<{ id: string; node: string; ms: number }>
  /** A node has turned an order away, or has not answered; the code says which. */
  turnedAway: Signal<{ node: string; code: string }>
}

export function createSignals(): Signals {
  return {
    added: createSignal(),
    addedFrom: createSignal(),
    submitted: createSignal(),
    placeFree: createSignal(),
    full: createSignal(),
    stopElsewhere: createSignal(),
    stopHere: createSignal(),
    fenced: createSignal(),
    regained: createSignal(),
    poisoned: createSignal(),
    happened: createSignal(),
    asked: createSignal(),
    acked: createSignal(),
    turnedAway: createSignal(),
  }
}
