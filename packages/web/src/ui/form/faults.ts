import { toProblem } from '../../api/problem.ts'
import type { Schema } from '../../api/types.ts'

/** What the API finds wrong with a field, by the field's path: `retry.max_attempts`, `schedules[0].schedule`. */
export type FieldFault = Schema<'FieldError'>

/** The faults of a refusal; none where it was refused for something else. */
export function faultsOf(error: unknown): readonly FieldFault[] {
  return error === null ? [] : (toProblem(error).problem?.errors ?? [])
}

/** The faults of a field and of all that lies inside it. */
export function faultsAt(faults: readonly FieldFault[], path: string): FieldFault[] {
  return faults.filter((fault) => isWithin(fault.path, path))
}

/** What a form must say beside its fields: a refusal of which something stands at none of them. */
export function problemBeside(error: unknown, paths: readonly string[]): unknown {
  const faults = faultsOf(error)
  const isToldByFields = faults.length > 0 && faults.every(({ path }) => paths.some((field) => isWithin(path, field)))
  return isToldByFields ? null : error
}

function isWithin(path: string, outer: string): boolean {
  if (!path.startsWith(outer)) return false
  const next = path[outer.length]
  return next === undefined || next === '.' || next === '['
}
