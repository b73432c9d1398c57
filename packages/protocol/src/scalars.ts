import { z } from 'zod'
import { LIMITS } from './limits.ts'

/** Text of at most `max` UTF-16 units. NUL and lone surrogates are refused before any schema is asked. */
export const text = (max: number, min = 0) => z.string().min(min).max(max)

/** Of streams and downloads, to which browsers cannot give the header. */
export const chosenTenant = text(100)
  .exactOptional()
  .meta({ description: 'Like the header `Rota-Tenant`: the tenant that is looked at.' })

/** A UUID as Rota makes them. */
export const id = z.string().max(64).meta({ description: 'UUIDv7, time-ordered.' })

/** An instant in a reply: ISO 8601 UTC with milliseconds. */
export const instant = z.string().meta({ format: 'date-time', examples: ['2026-12-01T02:00:00.000Z'] })

/** An instant in a request that must be exact: with `Z` or an offset. */
export const exactInstant = z.iso.datetime({ offset: true }).max(40)

/** An instant or a whole day in a filter. */
export const instantOrDate = z
  .union([exactInstant, z.iso.date()])
  .meta({ description: 'ISO 8601 instant with Z or an offset, or a date (its first instant in UTC).' })

/** Any JSON value. */
export const json = z.json()

/** A JSON object with any keys. */
export const jsonObject = z.record(z.string(), json)

/** The words of a rule or an explanation in both languages. */
export const words = z.strictObject({ en: z.string(), zh: z.string() })

/** Query fields of every paged list. */
export const pageQuery = {
  page: z.int().min(1).max(1_000_000).exactOptional().meta({ description: '1-based. Ignored when cursor is given.' }),
  limit: z.int().min(1).max(LIMITS.page).exactOptional().meta({ description: 'Rows per page, default 50.' }),
  cursor: text(1_000)
    .exactOptional()
    .meta({ description: '`next_cursor` of the page before: as fast on the last page as on the first.' }),
}

/** The order of a list: one of some fields, with a minus before it turned round. */
export function sortBy<const Field extends string>(fields: readonly [Field, ...Field[]], description: string) {
  const turned = fields.map((field) => `-${field}` as const)
  return z
    .enum([...fields, ...turned])
    .exactOptional()
    .meta({ description })
}

/** What every paged reply carries beside its rows. */
export const pageReply = {
  total: z.int().meta({ description: 'All that match; exact up to 100,000 (executions: 10,000), then a lower bound.' }),
  page: z.int(),
  limit: z.int(),
  next_cursor: z.string().nullable(),
}

/** Where the past of a list begins that retention cuts. */
export const historyBeginsAt = instant.nullable().meta({
  description:
    'Whatever was due after this instant is there; of what was due up to it, retention has removed some. Null: it removed nothing.',
})

/**
 * A sentence of the server in a reply, or null: it is said in the language that the caller accepts. What people and
 * programs wrote is quoted in it as it is; a code stays a code.
 */
export const sentence = () => z.string().meta({ [SPOKEN]: 'Accept-Language' })

/** The key of a schema's meta data that marks such a sentence; it stands in the OpenAPI document too. */
export const SPOKEN = 'x-spoken-in'

/** Which group a list, a figure or an export is about. */
export const groupFilter = text(200).exactOptional().meta({
  description: 'A group with all groups below it; `=NAME` (that is `?group==NAME`) for the group alone.',
})
