import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'
import { suggest, suggestName } from '../suggest.ts'
import {
  choice,
  type Field,
  type ListShape,
  type MapShape,
  type MembersShape,
  members,
  type NumberShape,
  type TextShape,
} from './field.ts'
import { FORMS } from './forms.ts'

export type Add = (path: string, message: string, suggestion?: string) => void

/** An `Add` that collects. */
export function addTo(errors: FieldError[]): Add {
  return (path, message, suggestion) =>
    errors.push(suggestion === undefined ? { path, message } : { path, message, suggestion })
}

/** Finds what is wrong with the value of a field that is there. */
export function checkField(value: unknown, field: Field, path: string, add: Add): void {
  if (value === null && field.usual === null) return
  if (!hasKind(value, field)) add(path, KINDS[field.kind]())
  else if (field.kind === 'text') checkText(value as string, field, path, add)
  else if (field.kind === 'number') checkNumber(value as number, field, path, add)
  else if (field.kind === 'choice') checkChoice(value, field.choices, path, add)
  else if (field.kind === 'list') checkList(value as unknown[], field, path, add)
  else if (field.kind === 'map') checkMap(value as Entries, field, path, add)
  else if (field.kind === 'members') checkMembers(value as Entries, field, path, add)
  else if (field.kind === 'rule') checkRule(value, path, add)
}

type Entries = Record<string, unknown>

/** What is said of a value that is something else altogether. */
const KINDS: Readonly<Record<Field['kind'], () => string>> = {
  text: () => say`must be text.`,
  number: () => say`must be a number.`,
  flag: () => say`must be true or false.`,
  list: () => say`must be a list.`,
  map: () => say`must be an object.`,
  members: () => say`must be an object.`,
  object: () => say`must be an object.`,
  either: () => say`is not valid.`,
  choice: () => say`is not valid.`,
  rule: () => say`A schedule is an object with a type, or a cron expression as text.`,
  json: () => say`is not valid.`,
}

function hasKind(value: unknown, field: Field): boolean {
  switch (field.kind) {
    case 'text':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'flag':
      return typeof value === 'boolean'
    case 'list':
      return Array.isArray(value)
    case 'map':
    case 'members':
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'either':
      return field.of.some((one) => fits(value, one))
    // What a rule says is checked by those who read it.
    case 'rule':
      return typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value))
    // A choice tells what there is; JSON may be anything.
    case 'choice':
    case 'json':
      return true
  }
}

function fits(value: unknown, field: Field): boolean {
  let isFitting = true
  checkField(value, field, '', () => {
    isFitting = false
  })
  return isFitting
}

function checkText(text: string, { least = 0, most, form }: TextShape, path: string, add: Add): void {
  const problem = form === undefined ? null : FORMS[form].problem(text, most)
  if (text.length > most) add(path, say`is longer than ${most} characters.`)
  else if (problem !== null) add(path, problem.message, problem.suggestion)
  else if (text.length < least) add(path, say`is empty.`)
}

function checkNumber(value: number, field: NumberShape, path: string, add: Add): void {
  const { isWhole, isAbove, least, most } = field
  if (isWhole && !Number.isInteger(value)) add(path, say`must be a whole number.`)
  else if (value < least || value > most || (isAbove && value === least)) {
    const range = isAbove ? say`more than ${least} and at most ${most}` : say`between ${least} and ${most}`
    add(path, say`is ${value}; it must be ${range}.`)
  }
}

function checkChoice(value: unknown, choices: readonly string[], path: string, add: Add): void {
  if (choices.includes(value as string)) return
  const nearest = suggest(String(value), choices)
  add(path, say`is ${JSON.stringify(value)}; it must be one of ${choices.join(', ')}.`, nearest)
}

function checkList(list: readonly unknown[], { items, most }: ListShape, path: string, add: Add): void {
  if (list.length > most) add(path, say`has more than ${most} entries.`)
  for (const [i, item] of list.slice(0, most).entries()) checkField(item, items, `${path}[${i}]`, add)
}

function checkMap(map: Entries, { names, values, most }: MapShape, path: string, add: Add): void {
  const entries = Object.entries(map)
  if (most !== undefined && entries.length > most) add(path, say`has more than ${most} entries.`)
  for (const [name, value] of entries.slice(0, most)) {
    checkText(name, names, `${path}.${name}`, add)
    checkField(value, values, `${path}.${name}`, add)
  }
}

function checkMembers(given: Entries, shape: MembersShape, path: string, add: Add): void {
  // Nearly everything is in order: where to find what is wrong is worked out only where something is.
  if (!isInOrder(given, shape)) findFaults(given, shape, path, add)
}

interface Known {
  fields: ReadonlyMap<string, Field>
  required: readonly string[]
}

const KNOWN = new WeakMap<MembersShape, Known>()

function knownOf(shape: MembersShape): Known {
  const known = KNOWN.get(shape)
  if (known !== undefined) return known
  const entries = Object.entries(shape.members)
  const required = entries.flatMap(([name, field]) => (field.isRequired === true ? [name] : []))
  const made = { fields: new Map(entries), required }
  KNOWN.set(shape, made)
  return made
}

function isInOrder(given: Entries, shape: MembersShape): boolean {
  const { fields, required } = knownOf(shape)
  let isFine = true
  const note = () => {
    isFine = false
  }
  for (const name of Object.keys(given)) {
    const field = fields.get(name)
    if (field === undefined) isFine &&= shape.isOpen === true
    else if (given[name] !== undefined) checkField(given[name], field, '', note)
  }
  for (const name of required) isFine &&= given[name] !== undefined
  return isFine
}

function findFaults(given: Entries, { members: known, isOpen }: MembersShape, path: string, add: Add): void {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  for (const [name, field] of Object.entries(known)) {
    if (given[name] !== undefined) checkField(given[name], field, at(name), add)
    else if (field.isRequired === true) add(at(name), say`is required.`)
  }
  if (isOpen) return
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name)) add(at(name), ...unknown(name, Object.keys(known), given))
  }
}

/** No schedule is compiled from a rule by which nothing falls due, so its members are checked here. */
function checkRule(rule: unknown, path: string, add: Add): void {
  const type = typeof rule === 'object' ? (rule as Entries).type : undefined
  if (type === 'none' || type === 'dependency') checkMembers(rule as Entries, MANUAL_RULE, path, add)
}

const MANUAL_RULE = members({ type: choice(['none', 'dependency']) })

function unknown(name: string, known: readonly string[], given: object): [message: string, suggestion?: string] {
  const nearest = suggestName(name, known, given)
  return nearest ? [say`is not a known field; did you mean "${nearest}"?`, nearest] : [say`is not a known field.`]
}
