import type { DetailsAccess } from '../details.ts'
import type { Database } from './database.ts'

/** Connections for what is asked of single executions. */
export const detailsAccess = (db: Database): DetailsAccess => ({
  read: (name, values) => db.run(name, values),
  write: (name, values) => db.transaction((tx) => tx.run(name, values)),
})
