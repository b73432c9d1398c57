import { parentPort, workerData } from 'node:worker_threads'
import { type ErrorCode, RotaError, systemClock } from '@rota/core/threads'
import type { InstanceRecord } from '../../ports/executions.ts'
import type { LeaseTerms } from '../../ports/lease.ts'
import { createDatabase } from './database.ts'
import { leaseCells } from './lease-cells.ts'
import { createPool, leasePoolOptions } from './pool.ts'

/** What the thread is given at its start. */
export interface LeaseThreadData {
  url: string
  schema: string
  terms: LeaseTerms
  memory: SharedArrayBuffer
}

/** From the loop: renew now, `sentAt` by its monotonic clock; or end. */
export type LeaseOrder = { call: number; record: InstanceRecord; sentAt: number } | 'end'
/** To the loop: it may ask now; a call was carried out, or why not; ended. */
export type LeaseWord = 'ready' | 'ended' | { call: number; error?: { message: string; rota: ErrorCode | null } }

const { url, schema, terms, memory } = workerData as LeaseThreadData
const port = parentPort!
const cells = leaseCells(memory)
const pool = createPool(leasePoolOptions({ url, schema, name: 'rota lease thread' }))
const db = createDatabase({ pool, clock: systemClock })

let record: InstanceRecord | null = null
/** How far our monotonic clock is ahead of the loop's: at most so much, as letters only ever come late. */
let ahead = Number.POSITIVE_INFINITY
let lastAskedAt: number | null = null
let turns = -1
let turnedAt = Number.NEGATIVE_INFINITY
let last: Promise<unknown> = Promise.resolve()
let isBusy = false

async function renew() {
  if (record === null) return
  const { id, hostname, pid, version, startedAt, state, running, waiting } = record
  const askedAt = systemClock.monotonic()
  isBusy = true
  try {
    const about = [id, hostname, pid, version, startedAt]
    await db.run('renew-lease', [...about, Math.round(terms.leaseMs), state, running, waiting])
  } finally {
    isBusy = false
  }
  const isLapse = lastAskedAt !== null && systemClock.monotonic() >= lastAskedAt + terms.trustMs
  lastAskedAt = askedAt
  cells.renewed(askedAt - ahead, isLapse)
}

/** A loop that does not turn any more does nothing with what it has claimed: others shall have it. */
function isLoopAlive(): boolean {
  const now = systemClock.monotonic()
  const found = cells.turns
  if (found !== turns) turnedAt = now
  turns = found
  return now - turnedAt < terms.loopDeadMs
}

function tick() {
  systemClock.after(terms.everyMs, tick)
  if (!isLoopAlive() || isBusy) return
  last = last.then(renew).catch(() => undefined)
}

port.on('message', (order: LeaseOrder) => {
  if (order === 'end') {
    last = last.then(() => pool.end()).then(() => port.postMessage('ended' satisfies LeaseWord))
    return
  }
  ahead = Math.min(ahead, systemClock.monotonic() - order.sentAt)
  record = order.record
  const { call } = order
  last = last.then(renew).then(
    () => port.postMessage({ call } satisfies LeaseWord),
    (error: Error) => {
      const rota = RotaError.is(error) ? error.code : null
      port.postMessage({ call, error: { message: error.message, rota } } satisfies LeaseWord)
    },
  )
})
port.postMessage('ready' satisfies LeaseWord)
tick()
