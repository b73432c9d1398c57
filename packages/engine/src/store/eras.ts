import type { Kysely } from 'kysely'
import type { Era, Eras } from '../ports/eras.ts'
import type { Schema } from '../ports/schema.ts'

/** Keys in `settings`. */
const ERA = 'node_era'
const TERM = 'node_leader_term'

/** Eras of the hot state, in either database. */
export function createEras(db: Kysely<Schema>): Eras {
  const value = async (key: string) =>
    (await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value
  const put = (key: string, text: string) =>
    db
      .insertInto('settings')
      .values({ key, value: text })
      .onConflict((oc) => oc.doNothing())
      .executeTakeFirst()
  const replace = (key: string, before: string, text: string) =>
    db
      .updateTable('settings')
      .set({ value: text })
      .where('key', '=', key)
      .where('value', '=', before)
      .executeTakeFirst()

  async function current(): Promise<Era | null> {
    const text = await value(ERA)
    return text === undefined ? null : (JSON.parse(text) as Era)
  }

  return {
    current,

    async begin(era, known) {
      const text = textOf(era)
      if (known === null) return Number((await put(ERA, text)).numInsertedOrUpdatedRows ?? 0) > 0
      return Number((await replace(ERA, textOf(known), text)).numUpdatedRows) > 0
    },

    async recovered(era) {
      const known = await current()
      if (known === null || known.era !== era || known.recoveringUntil === null) return
      await replace(ERA, textOf(known), textOf({ ...known, recoveringUntil: null }))
    },

    term: async () => Number((await value(TERM)) ?? 0),

    async raiseTerm(term) {
      await put(TERM, String(term))
      for (;;) {
        const before = (await value(TERM)) ?? '0'
        if (Number(before) >= term) return
        await replace(TERM, before, String(term))
      }
    },
  }
}

/** Always in the same order, so that texts can be compared. */
function textOf({ era, beganAt, recoveringUntil }: Era): string {
  return JSON.stringify({ era, beganAt, recoveringUntil })
}
