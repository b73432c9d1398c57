import type { SkipReason } from '@rota/core'
import type { SlotRule } from '../ports/executions.ts'
import type { Ended } from '../ports/happenings.ts'
import { type Subject, unrunOf } from './happened.ts'

/** What admission needs to know of a row. */
export interface Contender extends Subject {
  seq: number
  overlap: SlotRule
  taskMax: number
  keys: string | null
  runAt: number
  skipAfter: number | null
  mergeAfter: number | null
}

/** A row that a newer one replaces before it began. */
export type Superseded = Subject & Pick<Contender, 'seq'>

/** The limits that some rows meet, as they stand while nobody else can change them. */
export interface LimitsHeld {
  /** Slots held of each task. */
  tasks: Map<number, number>
  keys: Map<string, { max: number; held: number }>
  /** Of tasks whose rows replace: who waits in their line, first in rank first, and who holds their slots. */
  lines: Map<number, Superseded[]>
  holders: Map<number, number[]>
  /** Rows beyond their grace time that a later occurrence of their schedule stands for. */
  followed: Set<number>
}

export function nothingHeld(): LimitsHeld {
  return { tasks: new Map(), keys: new Map(), lines: new Map(), holders: new Map(), followed: new Set() }
}

/** What becomes of each row, and what follows for the limits. */
export interface Decisions<Row> {
  admitted: Row[]
  /** Not yet due: to be asked about again. */
  later: Row[]
  skipped: { row: Row; reason: SkipReason }[]
  superseded: Superseded[]
  blocked: { row: Row; limit: string }[]
  /** Executions to cancel because a newer one replaces them. */
  replaced: number[]
  /** Slots taken of each key. */
  taken: Map<string, number>
  /** Limits whose line may go on, with how many rows of it may try. */
  chances: Map<string, number>
}

/** Whether it needs a slot. */
export function isLimited(row: Pick<Contender, 'keys' | 'overlap' | 'taskSeq'>): boolean {
  return row.keys !== null || ownsSlots(row)
}

/** Whether executions of the row's task get in each other's way. */
export function ownsSlots<Row extends Pick<Contender, 'overlap' | 'taskSeq'>>(
  row: Row,
): row is Row & { taskSeq: number } {
  return row.overlap !== 'allow' && row.taskSeq !== null
}

export function keysOf(row: { keys: string | null }): string[] {
  return row.keys === null ? [] : (JSON.parse(row.keys) as string[])
}

export const taskLimit = (taskSeq: number) => `task:${taskSeq}`

/** The limits whose line may go on when a row leaves, whether it held its slots or only waited. */
export function limitsOf(row: Pick<Contender, 'keys' | 'overlap' | 'taskSeq'>): string[] {
  return ownsSlots(row) ? [...keysOf(row), taskLimit(row.taskSeq)] : keysOf(row)
}

/**
 * Decides for rows in order of rank who may start. A pure function of what is held: the caller sees to
 * it that nobody else changes the limits, and writes what comes out. A row that finds a limit full leaves the ready order and is looked at again only when that
 * limit has room, so that any number of blocked rows costs the others nothing.
 */
export function decide<Row extends Contender>(rows: readonly Row[], now: number, held: LimitsHeld): Decisions<Row> {
  const out: Decisions<Row> = {
    admitted: [],
    later: [],
    skipped: [],
    superseded: [],
    blocked: [],
    replaced: [],
    taken: new Map(),
    chances: new Map(),
  }
  for (const row of rows) decideOne(row, now, held, out)
  return out
}

/** Of rows that decisions end: the skipped ones, then the superseded ones. */
export function endsOf({ skipped, superseded }: Decisions<Contender>, now: number): Ended[] {
  return [
    ...skipped.map(({ row, reason }) => unrunOf(row, 'skipped', reason, now)),
    // A later attempt belongs to an execution that has begun: it is not skipped but broken off.
    ...superseded.map((row) => unrunOf(row, row.attempt === 1 ? 'skipped' : 'cancelled', 'replaced', now)),
  ]
}

function decideOne<Row extends Contender>(row: Row, now: number, held: LimitsHeld, out: Decisions<Row>): void {
  // Most are jobs without any limit, and many.
  if (row.taskSeq === null && row.keys === null) {
    out.admitted.push(row)
    return
  }
  // A slot taken ahead of time would turn away who is due now.
  if (row.runAt > now && isLimited(row)) {
    out.later.push(row)
    return
  }
  const late = isLimited(row) ? lateReason(row, now, held) : null
  if (late !== null) {
    skip(row, late, out)
    return
  }
  const full = fullLimit(row, held)
  if (full === null) {
    take(row, held, out)
    out.admitted.push(row)
    // A key whose limit was raised has room for more than the one that was promoted for it.
    giveChances(keysOf(row), out)
    return
  }
  const isOfTask = ownsSlots(row) && full === taskLimit(row.taskSeq)
  // A retry belongs to an execution that has begun; skipping it would leave that one without an end.
  if (isOfTask && row.overlap === 'skip' && row.attempt === 1) {
    skip(row, 'overlap', out)
    return
  }
  if (isOfTask && row.overlap === 'replace') replaceOlder(row, full, held, out)
  out.blocked.push({ row, limit: full })
  // The row may have been promoted for a slot that it now leaves unused: the next in that line must get its chance.
  giveChances(
    limitsOf(row).filter((limit) => limit !== full),
    out,
  )
}

/** Why a row beyond its grace time does not run: what its misfire policy says, wherever it has waited. */
function lateReason({ seq, skipAfter, mergeAfter }: Contender, now: number, held: LimitsHeld): SkipReason | null {
  if (skipAfter !== null && skipAfter < now) return 'misfire'
  return mergeAfter !== null && mergeAfter < now && held.followed.has(seq) ? 'merged' : null
}

function skip<Row extends Contender>(row: Row, reason: SkipReason, out: Decisions<Row>) {
  out.skipped.push({ row, reason })
  giveChances(limitsOf(row), out)
}

/** The first limit without room for the row; a key that nobody has set a limit for has none. */
function fullLimit(row: Contender, held: LimitsHeld): string | null {
  if (ownsSlots(row) && (held.tasks.get(row.taskSeq) ?? 0) >= row.taskMax) return taskLimit(row.taskSeq)
  for (const key of keysOf(row)) {
    const counter = held.keys.get(key)
    if (counter === undefined || counter.held >= counter.max) return key
  }
  return null
}

function take<Row extends Contender>(row: Row, held: LimitsHeld, out: Decisions<Row>) {
  if (row.taskSeq !== null) {
    held.tasks.set(row.taskSeq, (held.tasks.get(row.taskSeq) ?? 0) + 1)
    if (row.overlap !== 'in_turn') held.holders.get(row.taskSeq)?.push(row.seq)
  }
  for (const key of keysOf(row)) {
    held.keys.get(key)!.held++
    out.taken.set(key, (out.taken.get(key) ?? 0) + 1)
  }
}

/** Whoever waits in the task's line is answered, and whoever holds its slots is named, but for those that have their turn. */
function replaceOlder<Row extends Contender>(row: Row, limit: string, held: LimitsHeld, out: Decisions<Row>) {
  const taskSeq = row.taskSeq!
  out.superseded.push(...(held.lines.get(taskSeq) ?? []))
  held.lines.delete(taskSeq)
  const isReplaced = (other: { row: Row; limit: string }) => other.limit === limit && other.row.overlap !== 'in_turn'
  for (const other of out.blocked) if (isReplaced(other)) out.superseded.push(other.row)
  out.blocked = out.blocked.filter((other) => !isReplaced(other))
  for (const seq of held.holders.get(taskSeq) ?? []) if (!out.replaced.includes(seq)) out.replaced.push(seq)
}

function giveChances(limits: readonly string[], { chances }: Pick<Decisions<Contender>, 'chances'>) {
  for (const limit of limits) chances.set(limit, (chances.get(limit) ?? 0) + 1)
}
