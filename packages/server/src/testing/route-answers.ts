import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('./answers/', import.meta.url)

/**
 * What every route answers to a request that names nothing and carries nothing, a file of `answers/` for each kind of
 * thing. The columns: nobody, viewer, operator, editor, admin, and an administrator's tokens for one permission each:
 * view, execute, edit, delete, manage. Some lines are of routes that ask for more by what they are told.
 *
 * Answered with a further column, of a token for `use` alone. A line without it is of a route that does not need that:
 * the token is answered as all of them are, or not at all.
 */
export function routeAnswers(): string[] {
  const lines = readdirSync(FOLDER).flatMap((file) => readFileSync(new URL(file, FOLDER), 'utf8').trim().split('\n'))
  return lines.map((line) => {
    const [statuses = '', name = ''] = line.split('  ')
    const columns = statuses.split(' ')
    if (columns.length > 10) return line
    const narrow = new Set(columns.slice(-5))
    return `${statuses} ${narrow.size === 1 ? [...narrow][0] : 403}  ${name}`
  })
}
