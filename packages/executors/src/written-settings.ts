import { type FieldError, type Json, say } from '@rota/core'

/** What a task sets for its programs, as it is written. */
export interface WrittenSettings {
  env?: Record<string, string>
  working_dir?: string | null
  run_as?: string | null
  params?: { args?: Json[]; kwargs?: Record<string, Json> }
}

/** What has no effect on a type that starts no program. */
export function settingsWithoutProgram(type: string, { env = {}, working_dir, run_as }: WrittenSettings): FieldError[] {
  const message = say`has no effect on the type ${type}, which starts no program. Leave it out.`
  const set = [
    ...(Object.keys(env).length > 0 ? ['env'] : []),
    ...((working_dir ?? null) === null ? [] : ['working_dir']),
    ...((run_as ?? null) === null ? [] : ['run_as']),
  ]
  return set.map((path) => ({ path, message }))
}

/** Parameters of a type that hands them to nothing. */
export function settingsWithoutParams(
  type: string,
  { params: { args = [], kwargs = {} } = {} }: WrittenSettings,
): FieldError[] {
  if (args.length === 0 && Object.keys(kwargs).length === 0) return []
  return [{ path: 'params', message: say`has no effect on the type ${type}, which takes none. Leave it out.` }]
}
