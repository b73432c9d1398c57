import { type FieldError, say, suggest } from '@rota/core'
import { CONFIG_FIELDS, type ConfigField } from './schema-fields.ts'
import { FILE_SUFFIX, secretFrom } from './secret-file.ts'

const PREFIX = 'ROTA_'

/** Variables that are no settings but are Rota's own. */
const OTHER_VARIABLES = [
  'ROTA_CONFIG',
  'ROTA_ADMIN_PASSWORD',
  'ROTA_ADMIN_PASSWORD_FILE',
  'ROTA_URL',
  'ROTA_TOKEN',
  'ROTA_USER',
  'ROTA_PASSWORD',
  'ROTA_PROFILE',
  // Of an agent on the same machine.
  'ROTA_SERVER',
  'ROTA_JOIN_TOKEN',
  'ROTA_NODE_NAME',
  'ROTA_NODE_POOLS',
  'ROTA_NODE_LABELS',
  'ROTA_NODE_CAPABILITIES',
  'ROTA_NODE_LANGUAGES',
  'ROTA_NODE_CAPACITY',
  'ROTA_NODE_WEIGHT',
  'ROTA_AGENT_DATA',
  'ROTA_AGENT_HANDLERS',
  'ROTA_AGENT_GRACE',
  'ROTA_AGENT_SPOOL',
  'ROTA_AGENT_CALLBACK_URL',
  'ROTA_AGENT_LISTEN',
  'ROTA_AGENT_CA',
  'ROTA_AGENT_CERT',
  'ROTA_AGENT_KEY_FILE',
]

/** Settings of one source: path with dots → value and the name it was given by. */
export type Overrides = Map<string, { field: ConfigField; value: unknown; given: string }>

/** Settings from `ROTA_*` variables. An empty variable counts as not set. */
export function fromEnvironment(env: Record<string, string | undefined>): {
  overrides: Overrides
  errors: FieldError[]
  warnings: string[]
} {
  const overrides: Overrides = new Map()
  const errors: FieldError[] = []
  for (const field of CONFIG_FIELDS) {
    const { text, given } = textOf(field, env, errors)
    if (text === undefined || text === '') continue
    const value = fromText(field, text)
    if (value === undefined) errors.push({ path: given, message: expectation(field, text) })
    else overrides.set(field.path.join('.'), { field, value, given })
  }
  return { overrides, errors, warnings: unknownVariables(env) }
}

/** What a variable says, and which one: secrets may stand in a file. */
function textOf(field: ConfigField, env: Record<string, string | undefined>, errors: FieldError[]) {
  const given = field.variable + FILE_SUFFIX
  if (!mayStandInFile(field) || !env[given]) return { text: env[field.variable], given: field.variable }
  try {
    return { text: secretFrom(env, field.variable), given }
  } catch (error) {
    errors.push({ path: given, message: (error as Error).message })
    return { text: undefined, given }
  }
}

/** Unless the variable for the file is a setting of its own. */
function mayStandInFile({ isSecret, variable }: ConfigField): boolean {
  return isSecret && CONFIG_FIELDS.every((field) => field.variable !== variable + FILE_SUFFIX)
}

/** The value that `text` stands for; undefined when it cannot be one of the field's type. */
export function fromText(field: ConfigField, text: string): unknown {
  switch (field.type) {
    case 'boolean':
      if (/^(true|yes|on|1)$/i.test(text)) return true
      return /^(false|no|off|0)$/i.test(text) ? false : undefined
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
    case 'number':
      return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined
    case 'array':
      if (text.startsWith('[')) return fromJson(text)
      return text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    case 'object':
      return numbersByName(text)
    default:
      return text
  }
}

export function expectation(field: ConfigField, text: string): string {
  const shown = field.isSecret ? 'the given value' : JSON.stringify(text)
  const kinds = {
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    string: 'text',
    array: 'a list',
    object: 'NAME=NUMBER pairs',
  }
  return say`must be ${kinds[field.type]}, not ${shown}.`
}

/** Lists of things that are more than a word. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `backup=2,reports=5` */
function numbersByName(text: string): Record<string, number> | undefined {
  const pairs = text.split(',').map((part) => part.split('=').map((word) => word.trim()))
  if (pairs.some(([name, number = '', ...more]) => !name || !/^\d{1,9}$/.test(number) || more.length > 0))
    return undefined
  return Object.fromEntries(pairs.map(([name, number]) => [name!, Number(number)]))
}

/** Misspelt names are only warned of: the environment belongs to others too. */
function unknownVariables(env: Record<string, string | undefined>): string[] {
  const secrets = CONFIG_FIELDS.filter((field) => field.isSecret).map((field) => field.variable + FILE_SUFFIX)
  const known = [...CONFIG_FIELDS.map((field) => field.variable), ...secrets, ...OTHER_VARIABLES]
  const bare = known.map((name) => name.slice(PREFIX.length))
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith(PREFIX) || known.includes(name) || name.startsWith('ROTA_TEST_')) return []
    // Without what all of them begin with, which would make any two look alike.
    const nearest = suggest(name.slice(PREFIX.length), bare)
    return nearest && !env[PREFIX + nearest]
      ? [say`The environment variable ${name} is not known; did you mean ${PREFIX + nearest}?`]
      : []
  })
}
