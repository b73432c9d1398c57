import type { Field, Fields } from './field.ts'

/** What a document that leaves the field out takes; undefined where it is not the field that says it. Frozen. */
export function usualOf(field: Field): unknown {
  return frozen('usual' in field ? field.usual : memberDefaults(field))
}

/** What an object takes for the members that it leaves out; undefined for all that is no such object. Frozen. */
export function memberDefaults(field: Field): Record<string, unknown> | undefined {
  if (field.kind !== 'members' || field.isOpen) return undefined
  return frozen(defaultsOf(field.members)) as Record<string, unknown>
}

/** Those of fields that have one, in order. */
export function defaultsOf(fields: Fields): Record<string, unknown> {
  const usual = Object.entries(fields).map(([name, field]) => [name, usualOf(field)] as const)
  return Object.fromEntries(usual.filter(([, value]) => value !== undefined))
}

/** The value itself, which nobody can change any more, nor anything in it. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}
