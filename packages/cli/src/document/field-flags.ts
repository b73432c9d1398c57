import { type Field, type Fields, type Json, TASK_FIELDS } from '@rota/core'
import type { OptionSpec } from '../spec.ts'
import { integerOf, secondsOf, setPath, splitPair } from './pairs.ts'

/** What commander makes of the flags of a command line, by their names in camel case. */
export type GivenFlags = Readonly<Record<string, string | string[] | boolean | undefined>>

/** A flag that sets one field of a task. */
interface FieldFlag {
  /** `concurrency.overlap` */
  path: string
  field: Field
  option: OptionSpec
  /** `--start-at` */
  name: string
}

const FLAGS = flagsIn(TASK_FIELDS)

function flagsIn(fields: Fields, at = ''): FieldFlag[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const path = at + key
    const inner = field.kind === 'members' ? flagsIn(field.members, `${path}.`) : []
    const { flag, help = '' } = field
    if (flag === undefined) return inner
    const option: OptionSpec = {
      flags: flag,
      description: help,
      ...(field.kind === 'choice' && { choices: field.choices }),
      ...((field.kind === 'list' || field.kind === 'map') && { many: true }),
    }
    return [{ path, field, option, name: flag.split(' ')[0]! }, ...inner]
  })
}

/** The option of a field. */
export function optionOf(path: string): OptionSpec {
  return FLAGS.find((flag) => flag.path === path)!.option
}

/** The options of all fields that have one, but for those of `except`. */
export function optionsExcept(except: readonly string[]): OptionSpec[] {
  return FLAGS.filter(({ path }) => !except.includes(path)).map(({ option }) => option)
}

/** What the flags say of the fields that they are for. Throws usage. */
export function fieldsFromFlags(given: GivenFlags): Record<string, Json> {
  const fields: Record<string, Json> = {}
  for (const flag of FLAGS) {
    const value = given[camelCase(flag.name)]
    if (value !== undefined) setPath(fields, flag.name, flag.path, readFlag(flag, value))
  }
  return fields
}

function camelCase(name: string): string {
  return name.slice(2).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

function readFlag({ field, name, option }: FieldFlag, given: string | string[] | boolean): Json {
  if (field.kind === 'map') return Object.fromEntries((given as string[]).map((pair) => splitPair(name, pair)))
  if (typeof given !== 'string') return given
  const isNullable = field.usual === null
  if (field.kind === 'text') return isNullable && given === '' ? null : given
  if (field.kind !== 'number') return given
  if (isNullable && given === 'none') return null
  if (option.flags.endsWith('<duration>')) return secondsOf(name, given)
  return field.least < 0 ? integerOf(name, given) : integerOf(name, given, field.least)
}
