import { type FieldError, say } from '@rota/core'
import { UPCOMING_FIELDS } from './schema-fields.ts'

const SECTIONS = [...new Set(UPCOMING_FIELDS.map(({ path }) => path[0]!))]

/**
 * Takes the settings out that do nothing yet, and answers an error for each: who sets one expects something of it that
 * would not happen.
 */
export function takeUpcoming(settings: Record<string, unknown>): FieldError[] {
  return SECTIONS.flatMap((section) => {
    const given = settings[section]
    if (given === undefined) return []
    delete settings[section]
    const keys = typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.keys(given) : []
    const paths = keys.length === 0 ? [section] : keys.map((key) => `${section}.${key}`)
    return paths.map((path) => ({ path, message: doesNothing() }))
  })
}

/** The same of variables of the environment. */
export function upcomingVariables(env: Record<string, string | undefined>): FieldError[] {
  const set = UPCOMING_FIELDS.filter(({ variable }) => (env[variable] ?? '') !== '')
  return set.map(({ variable }) => ({ path: variable, message: doesNothing() }))
}

/** The same of a setting on the command line; null for any other. */
export function upcomingSetting(path: string): string | null {
  return SECTIONS.includes(path.split('.')[0]!) ? doesNothing() : null
}

function doesNothing(): string {
  return say`does nothing in this version. Leave it out.`
}
