import type { Schema } from '../../api/types.ts'
import { isSame, type TaskDocument, tidy } from '../../subjects/task/task-document.ts'

type ScheduleRule = Schema<'ScheduleRule'>

export interface FieldChange {
  field: string
  before: unknown
  after: unknown
}

/** What a version changed, field by field; without an earlier one, everything that it says. */
export function changesBetween(before: TaskDocument | undefined, after: TaskDocument): FieldChange[] {
  const old = flat(before === undefined ? {} : tidy(before))
  const next = flat(tidy(after))
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .filter((field) => !isSame(old[field], next[field]))
    .map((field) => ({ field, before: old[field], after: next[field] }))
}

/** Policies and environment by their members: `retry.max_attempts`. Lists and rules stay whole. */
function flat(document: TaskDocument): Record<string, unknown> {
  const rows: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(document)) {
    const isOpened = typeof value === 'object' && value !== null && !Array.isArray(value) && field !== 'schedule'
    if (isOpened) for (const [key, inner] of Object.entries(value)) rows[`${field}.${key}`] = inner
    else rows[field] = value
  }
  return rows
}

/** A value as people write it: lists by commas, members as `name: value`. */
export function plainText(value: unknown): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map(plainText).join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${plainText(inner)}`)
    .join(', ')
}

/** The schedules that a field of a document holds; null for a field that holds none. */
export function rulesIn(field: string, value: unknown): readonly { rule: ScheduleRule; zone: string | null }[] | null {
  if (value === undefined) return null
  if (field === 'schedule') return [{ rule: value as ScheduleRule, zone: null }]
  if (field !== 'schedules') return null
  return (value as { schedule: ScheduleRule; timezone?: string | null }[]).map(({ schedule, timezone = null }) => {
    return { rule: schedule, zone: timezone }
  })
}

export interface DiffLine {
  kind: 'same' | 'added' | 'removed'
  text: string
}

const MOST_CELLS = 4_000_000

/** Two texts line by line, by their longest common subsequence; very long ones are shown as a whole each. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  const removed = a.map((text): DiffLine => ({ kind: 'removed', text }))
  const added = b.map((text): DiffLine => ({ kind: 'added', text }))
  if (a.length * b.length > MOST_CELLS) return [...removed, ...added]
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const down = lengths[(i + 1) * width + j]!
      const right = lengths[i * width + j + 1]!
      lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1]! + 1 : Math.max(down, right)
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i]! })
      i++
      j++
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) lines.push(removed[i++]!)
    else lines.push(added[j++]!)
  }
  return [...lines, ...removed.slice(i), ...added.slice(j)]
}
