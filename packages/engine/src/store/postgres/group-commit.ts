import { RotaError } from '@rota/core'
import type { Database, Session } from './database.ts'

/** What a part of a transaction came to. */
export type Outcome<Value> = { value: Value } | { error: unknown }

interface GroupCommitParts<Part, Value> {
  db: Database
  /**
   * Carries parts out in a transaction; answers what each came to, in their order. Of what it refuses nothing may be
   * written. It may throw for all of them: then each is carried out alone.
   */
  carryOut: (tx: Session, parts: readonly Part[]) => Promise<Outcome<Value>[]>
  /** What no two parts of a transaction may have in common; the second waits for the next one. */
  claimsOf: (part: Part) => readonly string[]
  /** How much text a part brings along. */
  lengthOf: (part: Part) => number
}

interface Waiting<Part, Value> {
  part: Part
  resolve: (value: Value) => void
  reject: (error: unknown) => void
}

const MOST_PARTS = 200
/** Text that a transaction takes at most, unless one part has more. */
const MOST_LENGTH = 2_000_000
/** One that must wait longer for a lock is not waited for by the others: it goes its own way. */
const LOCK_WITHIN_MS = 250

/**
 * Group commit: changes that are asked for in one turn of the loop, or while those before them are under way, share a
 * transaction. Its statements cost both sides little more for many changes than for one, and a change alone takes as many.
 */
export function createGroupCommit<Part, Value>(group: GroupCommitParts<Part, Value>): (part: Part) => Promise<Value> {
  const { db, carryOut } = group
  let waiting: Waiting<Part, Value>[] = []
  let isUnderWay = false

  async function alone(one: Waiting<Part, Value>): Promise<void> {
    try {
      const [outcome] = await db.transaction((tx) => carryOut(tx, [one.part]))
      tell(one, outcome!)
    } catch (error) {
      one.reject(error)
    }
  }

  async function together(many: readonly Waiting<Part, Value>[]): Promise<void> {
    const parts = many.map(({ part }) => part)
    try {
      const outcomes = await db.transaction((tx) => carryOut(tx, parts), { lockWithinMs: LOCK_WITHIN_MS })
      for (const [at, one] of many.entries()) tell(one, outcomes[at]!)
    } catch (error) {
      // Of the database's own faults all hear; what lies in one of them is not to be the others' fault.
      if (RotaError.is(error)) for (const { reject } of many) reject(error)
      else for (const one of many) void alone(one)
    }
  }

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const { chosen, rest } = choose(waiting, group)
      waiting = rest
      await (chosen.length === 1 ? alone(chosen[0]!) : together(chosen))
    }
    isUnderWay = false
  }

  return (part) =>
    new Promise((resolve, reject) => {
      waiting.push({ part, resolve, reject })
      if (isUnderWay) return
      isUnderWay = true
      setImmediate(() => void send())
    })
}

/** The first parts that can share a transaction. */
function choose<Part, Value>(
  waiting: readonly Waiting<Part, Value>[],
  { claimsOf, lengthOf }: GroupCommitParts<Part, Value>,
) {
  const chosen: Waiting<Part, Value>[] = []
  const rest: Waiting<Part, Value>[] = []
  const claimed = new Set<string>()
  let length = 0
  for (const one of waiting) {
    const claims = claimsOf(one.part)
    length += lengthOf(one.part)
    const isFull = chosen.length > 0 && (chosen.length === MOST_PARTS || length > MOST_LENGTH)
    // Whoever comes behind one that waits waits for it, too: changes of one task keep their order.
    if (isFull || claims.some((claim) => claimed.has(claim))) rest.push(one)
    else chosen.push(one)
    for (const claim of claims) claimed.add(claim)
  }
  return { chosen, rest }
}

function tell<Value>({ resolve, reject }: Waiting<unknown, Value>, outcome: Outcome<Value>): void {
  if ('error' in outcome) reject(outcome.error)
  else resolve(outcome.value)
}
