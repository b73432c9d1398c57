/** Run as a process of its own: brings the database in the file named by its argument up to date, says how far it went. */
import { openDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'

const db = openDatabase(process.argv[2]!)
process.stdout.write(String(migrate(db, 0)))
db.close()
