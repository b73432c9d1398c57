import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('./answers/', import.meta.url)

/**
 * What every route answers to a request that names nothing and carries nothing, a file of `answers/` for each kind of
 * thing. The columns: nobody, viewer, operator, editor, admin, and an administrator's tokens for one permission each:
 * view, execute, edit, delete, manage. Some lines are of routes that ask for more by what they are told.
 */
export function routeAnswers(): string[] {
  return readdirSync(FOLDER).flatMap((file) => readFileSync(new URL(file, FOLDER), 'utf8').trim().split('\n'))
}
