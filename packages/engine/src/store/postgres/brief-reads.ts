import type { CompiledQuery } from 'kysely'
import type { Pool } from 'pg'
import { asUnavailable } from './errors.ts'
import { storable } from './values.ts'

/**
 * Runs queries that are few and come again and again as prepared statements: planning one that looks at every day of the
 * history takes ten times as long as carrying it out.
 */
export function createBriefReads(pool: Pool): (query: CompiledQuery) => Promise<unknown[]> {
  const names = new Map<string, string>()
  return async ({ sql: text, parameters }) => {
    let name = names.get(text)
    if (name === undefined) {
      name = `brief ${names.size}`
      names.set(text, name)
    }
    const values = parameters.map((value) => (typeof value === 'string' ? storable(value) : value))
    try {
      const { rows } = await pool.query({ name, text, values })
      return rows
    } catch (error) {
      throw asUnavailable(error)
    }
  }
}
