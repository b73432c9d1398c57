import type { TaskInput } from '../task.ts'
import type { Field } from './field.ts'
import { PAYLOAD_FIELDS, TASK_FIELDS } from './table.ts'
import { defaultsOf, memberDefaults, usualOf } from './usual.ts'

type Document = Record<string, unknown>

const FIELDS: Readonly<Record<string, Field>> = TASK_FIELDS

/** A document as people read and edit it: in the order of the table, without what would be so anyway. */
export function tidyTask(document: Partial<TaskInput>): Partial<TaskInput> {
  const given = document as Document
  const order = [...Object.keys(FIELDS), ...Object.keys(given).filter((name) => !Object.hasOwn(FIELDS, name))]
  const kept = order
    .filter((name) => name in given)
    .map((name): [string, unknown] => {
      const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
      return [name, field === undefined ? given[name] : unusual(given[name], field)]
    })
  return Object.fromEntries(kept.filter(([, value]) => !saysNothing(value))) as Partial<TaskInput>
}

/** Of an object the members that differ from their default, of anything else all or nothing. */
function unusual(value: unknown, field: Field): unknown {
  if (field.isAlwaysShown) return value
  if (isSame(value, usualOf(field))) return undefined
  const usual = memberDefaults(field)
  if (usual === undefined || field.kind !== 'members' || !isObject(value)) return value
  const isShown = (name: string) => field.members[name]?.isAlwaysShown === true
  return Object.fromEntries(
    Object.entries(value).filter(([name, inner]) => isShown(name) || !isSame(inner, usual[name])),
  )
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.keys(value).length === 0
}

/** What a field that is taken out of a document goes back to. */
const TAKEN_OUT: Document = { ...defaultsOf(TASK_FIELDS), schedules: [], timezone: 'UTC' }

/** The change that makes the document `before` say what `after` says; what was taken out goes back to its default. */
export function changesBetween(before: Partial<TaskInput>, after: Partial<TaskInput>): Partial<TaskInput> {
  const [old, next] = [before as Document, after as Document]
  const changes = Object.fromEntries(Object.entries(next).filter(([name, value]) => !isSame(old[name], value)))
  for (const name of Object.keys(old)) {
    const isPayload = (PAYLOAD_FIELDS as readonly string[]).includes(name)
    if (!(name in next) && !isPayload && name !== 'schedule') changes[name] = TAKEN_OUT[name] ?? null
  }
  return (
    isSame(scheduleOf(old), scheduleOf(next)) ? changes : { ...changes, ...scheduleOf(next) }
  ) as Partial<TaskInput>
}

/** Both places of schedules: a change that names one of them leaves out what stands in the other. */
function scheduleOf({ schedule, schedules = [] }: Document): Document {
  return { ...(schedule !== undefined && { schedule }), schedules }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
