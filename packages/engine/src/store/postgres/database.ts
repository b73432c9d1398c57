import { randomUUID } from 'node:crypto'
import { type Clock, RotaError, say } from '@rota/core/threads'
import type { Pool, PoolClient } from 'pg'
import { asUnavailable, isConnectionFault, isConnectTimeout, isLockTimeout, isWorthRepeating } from './errors.ts'
import { statement } from './statements.ts'

/** Runs statements of `statements/` by name. */
export interface Session {
  run<Row = Record<string, unknown>>(name: string, values?: readonly unknown[]): Promise<Row[]>
}

export interface Database extends Session {
  /**
   * One statement of its own, for reads and for what may be repeated: it is, when the connection fails under it.
   * Throws `unavailable` when the server is at fault.
   */
  run<Row = Record<string, unknown>>(name: string, values?: readonly unknown[]): Promise<Row[]>
  /**
   * Runs `work` all or nothing, in READ COMMITTED: each statement sees what was committed before it began, which is what
   * whoever waited for a lock needs. `work` runs again after a deadlock or a lost connection, so it must not leave
   * anything behind but what the statements do. When the connection is lost during COMMIT, the server is asked what
   * became of the transaction. Throws `unavailable` when the server is at fault.
   *
   * Statements are carried out in the order in which they are run, and COMMIT after them; `work` need not wait for the
   * answers of those whose answers it does not need, so that they travel together. They are there when the transaction is.
   *
   * `lockWithinMs`: gives up, at once and with nothing done, when a lock is not to be had within this time.
   */
  transaction<T>(work: (tx: Session) => Promise<T>, options?: { lockWithinMs?: number }): Promise<T>
}

export interface DatabaseOptions {
  pool: Pool
  clock: Clock
  random?: () => number
  /** Told of each statement and how many rows it answered or changed. */
  onStatement?: (rows: number) => void
}

const MOST_ATTEMPTS = 5
const FIRST_PAUSE_MS = 5
/** How often the outcome of a COMMIT is asked for before the caller is told that it is unknown. */
const MOST_QUESTIONS = 12

/** Others had a lock for longer than somebody wanted to wait for it. */
class HeldUp extends Error {}

/** The outcome of a COMMIT that nobody heard of: it did nothing, and may be tried again. */
class NotCommitted extends Error {}

/** Transactions and statements on a pool of connections. */
export function createDatabase({ pool, clock, random = Math.random, onStatement }: DatabaseOptions): Database {
  async function ask<Row>(client: Pool | PoolClient, name: string, values: readonly unknown[] = []) {
    const { rows, rowCount } = await client.query({ name, text: statement(name), values: values as unknown[] })
    onStatement?.(Math.max(rows.length, rowCount ?? 0) + 1)
    return rows as Row[]
  }

  /** The life of the server that each connection belongs to; none outlasts a crash. */
  const lives = new WeakMap<PoolClient, string>()

  const pause = (ms: number) => new Promise<void>((resolve) => clock.after(ms * (0.5 + random()), resolve))

  async function persist<T>(attemptOnce: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptOnce()
      } catch (error) {
        const worth = isWorthRepeating(error) || isConnectionFault(error) || error instanceof NotCommitted
        if (!worth || isConnectTimeout(error) || attempt === MOST_ATTEMPTS) throw asUnavailable(error)
      }
      await pause(FIRST_PAUSE_MS * 4 ** (attempt - 1))
    }
  }

  async function transactionOnce<T>(work: (tx: Session) => Promise<T>, lockWithinMs?: number): Promise<T> {
    const client = await pool.connect()
    let life: string
    let lost: Error | undefined
    try {
      life = await lifeOf(client)
    } catch (error) {
      client.release(isConnectionFault(error))
      throw error
    }
    // Having its number from the start lets us ask later what became of it; and what is numbered before it takes
    // anything from a sequence lets roll-ups know when no lower number can come any more. It travels with the first
    // statement: connections are pipelined.
    const begun = client.query(beginning(lockWithinMs)) as unknown as Promise<[unknown, { rows: [{ xid: string }] }]>
    begun.catch(() => {})
    const answers: Promise<unknown>[] = []
    const session: Session = {
      run<Row>(name: string, values?: readonly unknown[]) {
        const answer = ask<Row>(client, name, values)
        answer.catch(() => {})
        answers.push(answer)
        return answer
      },
    }
    try {
      const result = await work(session)
      try {
        const end = client.query('COMMIT')
        end.catch(() => {})
        await Promise.all(answers)
        const { command } = await end
        if (command !== 'COMMIT') throw new Error(say`The transaction was rolled back because a statement had failed.`)
      } catch (error) {
        if (!isConnectionFault(error)) throw error
        lost = error as Error
        const [, { rows }] = await begun
        if (!(await hasCommitted(rows[0].xid, life))) throw new NotCommitted(say`The transaction was not committed.`)
      }
      return result
    } catch (thrown) {
      // What never began fails in its first statement, too, which says less.
      const error = await begun.then(
        () => thrown,
        (cause) => cause,
      )
      if (isConnectionFault(error)) lost = error as Error
      else if (lost === undefined) lost = await rollBack(client)
      throw error
    } finally {
      client.release(lost)
    }
  }

  async function lifeOf(client: PoolClient): Promise<string> {
    const known = lives.get(client)
    if (known !== undefined) return known
    let { rows } = await client.query(LIFE)
    if (rows.length === 0) {
      await client.query('INSERT INTO incarnation (id) VALUES ($1) ON CONFLICT DO NOTHING', [randomUUID()])
      ;({ rows } = await client.query(LIFE))
    }
    const [{ id }] = rows as [{ id: string }]
    lives.set(client, id)
    return id
  }

  /**
   * Asks the server what became of a transaction of one of its lives. Throws `unavailable` when it cannot tell: after a
   * crash the number may be that of another transaction, for numbers that were lost with it are given out again.
   */
  async function hasCommitted(xid: string, life: string): Promise<boolean> {
    for (let question = 1; question <= MOST_QUESTIONS; question++) {
      await pause(Math.min(10 * 2 ** question, 1000))
      try {
        const { rows } = await pool.query(`SELECT pg_xact_status($1::xid8) AS status, (${LIFE}) AS life`, [xid])
        const [now] = rows as [{ status: string | null; life: string | null }]
        if (now.status === 'aborted') return false
        if (now.life !== life) break
        if (now.status === 'committed') return true
      } catch (error) {
        if (!isConnectionFault(error)) break
      }
    }
    throw new RotaError('unavailable', say`The connection was lost during COMMIT; whether it was done is not known.`)
  }

  return {
    run: <Row>(name: string, values?: readonly unknown[]) => persist(() => ask<Row>(pool, name, values)),
    transaction: (work, { lockWithinMs } = {}) =>
      persist(async () => {
        try {
          return await transactionOnce(work, lockWithinMs)
        } catch (error) {
          throw lockWithinMs !== undefined && isLockTimeout(error) ? new HeldUp() : error
        }
      }),
  }
}

const LIFE = 'SELECT id FROM incarnation'
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_current_xact_id()::text AS xid'

function beginning(lockWithinMs: number | undefined): string {
  return lockWithinMs === undefined ? BEGIN : `${BEGIN}; SET LOCAL lock_timeout = ${lockWithinMs}`
}

/** Answers why the connection must not be used again, if so. */
async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK')
    return undefined
  } catch (error) {
    return error as Error
  }
}
