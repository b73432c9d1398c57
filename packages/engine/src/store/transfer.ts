/** A column's value as it travels from store to store. */
type Value = string | number | null
export type TransferRow = Record<string, Value>

/** A table that a copy takes over, and the columns that order its rows in every store. */
interface TransferTable {
  name: string
  key: readonly string[]
}

/**
 * What a copy takes over, in the order in which it is written. Logs travel as `log_chunks` with a body that every store
 * understands: instants, streams and texts as JSON. What instances say to each other is left behind, and so is the outbox:
 * its entries are numbered by the store they are in.
 */
export const TRANSFERRED: readonly TransferTable[] = [
  { name: 'settings', key: ['key'] },
  { name: 'tenants', key: ['id'] },
  { name: 'users', key: ['id'] },
  { name: 'sessions', key: ['id'] },
  { name: 'api_tokens', key: ['id'] },
  { name: 'request_keys', key: ['scope', 'key'] },
  { name: 'roles', key: ['name'] },
  { name: 'user_groups', key: ['id'] },
  { name: 'user_group_members', key: ['group_id', 'member_kind', 'member_id'] },
  { name: 'grants', key: ['id'] },
  { name: 'policies', key: ['name'] },
  { name: 'change_requests', key: ['id'] },
  { name: 'audit', key: ['seq'] },
  { name: 'sign_in_places', key: ['user_id', 'place'] },
  { name: 'secrets', key: ['id'] },
  { name: 'secret_versions', key: ['secret_id', 'version'] },
  { name: 'secret_keys', key: ['id'] },
  { name: 'recovery_codes', key: ['user_id', 'code_hash'] },
  { name: 'invitations', key: ['user_id'] },
  { name: 'used_once', key: ['key'] },
  { name: 'instances', key: ['seq'] },
  { name: 'concurrency_keys', key: ['key'] },
  { name: 'idempotency_keys', key: ['scope', 'key'] },
  { name: 'tasks', key: ['seq'] },
  { name: 'task_revisions', key: ['task_seq', 'version'] },
  { name: 'schedule_rules', key: ['id'] },
  { name: 'schedules', key: ['id'] },
  { name: 'executions', key: ['seq'] },
  { name: 'execution_history', key: ['seq'] },
  { name: 'execution_rollups', key: ['task_seq', 'hour'] },
  { name: 'execution_days', key: ['day', 'task_seq'] },
  { name: 'pruned_history', key: ['task_seq'] },
  { name: 'nodes', key: ['id'] },
  { name: 'node_events', key: ['id'] },
  { name: 'node_load', key: ['node_id', 'at'] },
  { name: 'pools', key: ['name'] },
  { name: 'pool_versions', key: ['version'] },
  { name: 'node_joins', key: ['id'] },
  { name: 'log_chunks', key: ['execution_id', 'first_no'] },
]

/** Settings that belong to one installation: keys, and tokens of machines. */
export const OWN_SETTINGS = { names: ['signing_key', 'owner'], prefixes: ['local_token_id'] } as const

/** Tables that must be empty before a copy is written. */
export const MUST_BE_EMPTY: readonly string[] = ['users', 'tasks', 'executions', 'execution_history', 'log_chunks']

export const LOG_COLUMNS = ['attempt', 'body', 'execution_id', 'first_no', 'lines', 'streams'] as const

/** The body of a log chunk on its way. */
export type LogBody = [ats: number[], streams: number[], texts: string[]]

/** Rows at a time; of logs fewer, because one may be a quarter of a megabyte. */
export const batchOf = (table: string) => (table === 'log_chunks' ? 50 : 1000)

/** Reads a store that nothing writes meanwhile. */
export interface StoreReader {
  /** In the order of their names. */
  columns(table: string): Promise<string[]>
  count(table: string): Promise<number>
  /** In the order of the table's key. */
  rows(table: TransferTable): AsyncIterable<TransferRow[]>
  /** Gives the store back. */
  close(): Promise<void>
}

/** Writes an empty store. Nothing of it is there for others before `finish`, and nothing is left when that is not reached. */
export interface StoreWriter {
  /** The row as this store keeps it: some keep no NUL in texts. */
  normal(row: TransferRow): TransferRow
  write(table: string, columns: readonly string[], rows: readonly TransferRow[]): Promise<void>
  /** Reads what was written so far. */
  readonly written: StoreReader
  finish(): Promise<void>
  /** Gives the store back; drops what is not finished. */
  close(): Promise<void>
}
