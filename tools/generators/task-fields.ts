import {
  type Field,
  type Fields,
  memberDefaults,
  PAYLOAD_OF,
  TASK_FIELDS,
  TASK_POLICIES,
  TASK_SET_BY_SERVER,
  usualOf,
} from '@rota/core'
import { CHINESE_LABELS } from '../../packages/core/src/language/zh/index.ts'

/** How the page calls what a field holds. */
const SHAPES: Readonly<Partial<Record<Field['kind'], string>>> = {
  text: 'text',
  choice: 'text',
  number: 'number',
  flag: 'boolean',
  list: 'list',
  map: 'map',
  members: 'map',
  object: 'map',
}

/** What the page must know of a task's fields before it asks: it cannot load the core. */
export async function webTaskFields(): Promise<string> {
  const fields = Object.entries<Field>(TASK_FIELDS)
  const usual = fields.map(([name, field]) => [name, usualOf(field)] as const)
  const members = fields.map(([name, field]) => [name, memberDefaults(field)] as const)
  const shapes = fields.map(([name, { kind }]) => [name, SHAPES[kind]] as const)
  const words = fields.map(([name, { help }]) => [name, help === undefined ? undefined : wordsFor(help)] as const)
  const document = "satisfies Partial<Schema<'TaskInput'>>"
  return `// Generated from packages/core/src/task-fields/table.ts by \`npm run docs\`; do not edit.

import type { Schema } from './types.ts'

/** In the order in which people read a task. */
export const TASK_FIELDS: readonly string[] = ${json(fields.map(([name]) => name))}

/** What the server takes for fields that a document leaves out. The time zone is left out: it is the server's own. */
export const TASK_DEFAULTS = ${json(known(usual))} ${document}

/** What the server takes for members that an object leaves out. */
export const MEMBER_DEFAULTS = ${json(known(members))} ${document}

/** Shown in a document even where they say what is usual. */
export const ALWAYS_SHOWN: readonly string[] = ${json(pathsWhere(TASK_FIELDS, (field) => field.isAlwaysShown === true))}

/** Objects over which a change is laid member by member. */
export const TASK_POLICIES = ${json(TASK_POLICIES)} as const

/** What is read of a task, and may not be written. */
export const SET_BY_SERVER = ${json(TASK_SET_BY_SERVER)} as const

/** Payload fields by the type that reads them; a type that is not listed reads \`payload\`. */
export const PAYLOAD_FIELDS: Readonly<Record<string, readonly string[]>> = ${json(Object.fromEntries(PAYLOAD_OF))}

/** What the fields hold. */
export const TASK_SHAPES: Readonly<Record<string, 'text' | 'number' | 'boolean' | 'list' | 'map'>> = ${json(known(shapes))}

/** What fields are called, in the words of their flags. */
export const TASK_WORDS: Readonly<Record<string, { en: string; zh: string }>> = ${json(known(words))}

/** What there is to choose from. */
export const CHOICES = ${json(valuesOf(TASK_FIELDS, (field) => (field.kind === 'choice' ? field.choices : undefined)))} as const

/** Least and greatest values. */
export const BOUNDS: Readonly<Record<string, readonly [least: number, most: number]>> = ${json(
    valuesOf(TASK_FIELDS, (field) => (field.kind === 'number' ? [field.least, field.most] : undefined)),
  )}
`
}

const LABELS: Readonly<Record<string, string>> = CHINESE_LABELS

function wordsFor(help: string): { en: string; zh: string } {
  return { en: help, zh: LABELS[help] ?? help }
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

function known(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** By their paths, what is known of fields and their members: `retry.max_attempts`. */
function valuesOf(fields: Fields, of: (field: Field) => unknown, at = ''): object {
  const entries = Object.entries(fields).flatMap(([name, field]): [string, unknown][] => {
    const inner = field.kind === 'members' && !field.isOpen ? valuesOf(field.members, of, `${at}${name}.`) : {}
    return [[at + name, of(field)], ...Object.entries(inner)]
  })
  return known(entries)
}

function pathsWhere(fields: Fields, is: (field: Field) => boolean): string[] {
  return Object.keys(valuesOf(fields, (field) => (is(field) ? true : undefined)))
}
