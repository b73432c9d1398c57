import type { StoreReader, StoreWriter } from '../transfer.ts'
import type { MigrationStatus } from './migrate.ts'
import type { DatabaseReport, PostgresStore, PostgresStoreOptions } from './open.ts'
import type { SchemaLocation } from './transfer/open.ts'

/** The driver is loaded by the first call: who keeps everything in a file never pays for it. */
const load = () => import('./open.ts')

/** Opens the store of a cluster, see `open.ts`. Throws {@link DatabaseError}. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  return (await load()).openPostgresStore(options)
}

/** Brings a schema up to date, or tells what doing so would apply. Throws {@link DatabaseError}. */
export async function migrateDatabase(
  options: Parameters<Awaited<ReturnType<typeof load>>['migrateDatabase']>[0],
): Promise<MigrationStatus> {
  return (await load()).migrateDatabase(options)
}

/** Looks at a database, and writes nothing. Throws {@link DatabaseError} when no server could work with it. */
export async function examineDatabase(
  options: Parameters<Awaited<ReturnType<typeof load>>['examineDatabase']>[0],
): Promise<DatabaseReport> {
  return (await load()).examineDatabase(options)
}

const loadTransfer = () => import('./transfer/open.ts')

/** Reads a schema that no server uses, for a copy. Throws `conflict` and {@link DatabaseError}. */
export async function openSchemaForReading(location: SchemaLocation): Promise<StoreReader> {
  return (await loadTransfer()).openSchemaForReading(location)
}

/** Writes a schema that is empty, for a copy. Throws `conflict` and {@link DatabaseError}. */
export async function openSchemaForWriting(location: SchemaLocation): Promise<StoreWriter> {
  return (await loadTransfer()).openSchemaForWriting(location)
}
