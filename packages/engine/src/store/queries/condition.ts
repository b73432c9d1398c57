import type { RawBuilder, SqlBool } from 'kysely'

/** What leaves rows of a query, which names its tables by the usual letters: `t` tasks, `e` executions. */
export type Condition = RawBuilder<SqlBool>
