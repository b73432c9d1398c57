import type { Clock } from '@rota/core'
import type { Claimed, ClaimResult, ExecutionStore } from '../ports/executions.ts'
import { createClaimFloor, type Ranked } from './claim-floor.ts'
import type { Completer } from './completer.ts'
import { type Pulse, yieldToLoop } from './pulse.ts'

export interface ClaimingOptions {
  clock: Clock
  executions: ExecutionStore
  completer: Completer
  pulse: Pulse
  instanceId: string
  prefetchMs: number
  /** How many more executions may be held; 0 or less for none. */
  room: () => number
  mayClaim: () => boolean
  /** How many may start now. */
  places: () => number
  /** Whether nothing that is held waits for a place or is due. */
  isIdle: () => boolean
  /** How often everything was given back. */
  surrenders: () => number
  /** Holds what was claimed after so many of them. Throws when it could not, and has given it back. */
  take: (result: ClaimResult, since: number) => Promise<void>
  /** The executions in this instance's hands. */
  inHand: () => ReadonlySet<number>
  wake: () => void
}

const CLAIM_BATCH = 4000
/** New rows that are taken in the transaction that adds them; more of them are shared with others by way of claims. */
const MOST_TAKEN_AT_ONCE = 500

/** How executions come into an instance's hands: by claims of what is ready, and with what it adds itself. */
export interface Claiming {
  /** Claims what there is room for; answers whether room was lacking. */
  claimAll(): Promise<boolean>
  /**
   * Adds `count` new rows by `write`, which is given this instance's id when it may claim them in the same transaction:
   * while nothing is due that should come before them. It answers what it has claimed.
   */
  takeNew(count: number, write: (claimFor: string | undefined) => Promise<Claimed[]>): Promise<void>
  /** Tells of rows that were added, of which some start soon. */
  added(rows: readonly Ranked[]): void
  /** Tells that something was added, wherever in the order; its instants lie before `until`. */
  addedSomewhere(until?: number): void
  /** Resolves when what was being added is in hand. */
  settled(): Promise<unknown>
}

export function createClaiming(options: ClaimingOptions): Claiming {
  const { clock, executions, completer, pulse, instanceId, take } = options
  const floor = createClaimFloor(clock)
  /** A claim is under way. */
  let isClaiming = false
  /** An answer never came: the store may say that we have what we know nothing of. */
  let hasLostAnswer = false
  /** The last claim has left nothing behind that is due, and nobody has told of more since. */
  let isCaughtUp = false
  /** Writes that may claim and whose rows are not in hand yet. */
  const taking = new Set<Promise<void>>()

  /** While what one claim has brought is being started, the next is under way. */
  async function claimAll(): Promise<boolean> {
    if (hasLostAnswer) await giveBackUnknown()
    let failure: unknown = null
    let next = claimMore(0)
    let isFull = next === 'full'
    while (next !== null && next !== 'full') {
      const { result, since } = await next
      if (result.more) isCaughtUp = false
      next = result.more && failure === null ? claimMore(result.claimed.length) : null
      isFull = next === 'full'
      // So that it is sent before this turn of the loop is taken up by starts.
      if (next !== null) await yieldToLoop()
      try {
        await take(result, since)
      } catch (error) {
        // What is on its way comes into our hands before anything else.
        failure ??= error
      }
    }
    if (failure !== null) throw failure
    return isFull
  }

  /** `coming` rows are claimed and not in hand yet. */
  function claimMore(coming: number): ReturnType<typeof claim> | 'full' | null {
    if (!options.mayClaim()) return null
    const most = Math.min(options.room() - coming, CLAIM_BATCH)
    if (most <= 0) return 'full'
    const work = claim(most)
    // It may fail while something else is waited for; whoever waits for it then is told.
    work.catch(() => undefined)
    return work
  }

  async function claim(most: number): Promise<{ result: ClaimResult; since: number }> {
    const now = clock.now()
    const began = clock.monotonic()
    const since = options.surrenders()
    isClaiming = true
    isCaughtUp = true
    const until = now + options.prefetchMs
    const fromRank = floor.begin(until)
    let result: ClaimResult
    try {
      result = await executions.claim({ instanceId, now, until, most, ...(fromRank !== undefined && { fromRank }) })
      floor.ended(result.claimed.at(-1)?.rank)
    } catch (error) {
      hasLostAnswer = true
      floor.addedSomewhere()
      throw error
    } finally {
      isClaiming = false
    }
    pulse.storeWorks()
    if (result.claimed.length > 0) pulse.batch('claim', result.claimed.length, clock.monotonic() - began)
    return { result, since }
  }

  /** Nobody else would ever take it over while we live. */
  async function giveBackUnknown() {
    await Promise.all(taking)
    await completer.drained()
    const known = options.inHand()
    for (const { seq, claimSeq } of await executions.claimsOf(instanceId)) {
      if (!known.has(seq)) completer.settle({ kind: 'give_back', seq, claimSeq })
    }
    hasLostAnswer = false
  }

  function mayTakeNew(count: number): boolean {
    const room = Math.min(options.room(), options.places(), MOST_TAKEN_AT_ONCE)
    return isCaughtUp && !isClaiming && !hasLostAnswer && count <= room && options.isIdle() && options.mayClaim()
  }

  async function writeAndTake(write: (claimFor: string | undefined) => Promise<Claimed[]>) {
    const since = options.surrenders()
    let claimed: Claimed[]
    try {
      claimed = await write(instanceId)
    } catch (error) {
      // Whether they were added, and so are ours, is not known.
      hasLostAnswer = true
      options.wake()
      throw error
    }
    try {
      await take({ claimed, happened: [], replaced: [], more: false }, since)
    } catch (error) {
      // They were added, and went back: a claim will find them.
      pulse.storeFailed(error)
    }
  }

  return {
    claimAll,
    async takeNew(count, write) {
      if (!mayTakeNew(count)) {
        await write(undefined)
        return
      }
      const work = writeAndTake(write)
      const settled = work.catch(() => undefined)
      taking.add(settled)
      await settled
      taking.delete(settled)
      await work
    },
    added(rows) {
      isCaughtUp = false
      for (const row of rows) floor.added(row)
    },
    addedSomewhere(until) {
      isCaughtUp = false
      floor.addedSomewhere(until)
    },
    settled: () => Promise.all(taking),
  }
}
