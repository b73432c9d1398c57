import { type Caller, changesOf, drafted, invalid, isWithin, may, notFound, RotaError, say, tenantOf } from '@rota/core'
import { isMaskable, SHORTEST_NEEDLE } from '@rota/executors'
import type { KnownSecret, SecretRow, SecretUser, VersionRow } from './secret-store.ts'
import { seal } from './secrets/envelope.ts'
import { type Rewrapped, rewrapVersions } from './secrets/rewrapping.ts'
import type { Services } from './services.ts'

type Parts = Pick<Services, 'secretStore' | 'vault' | 'clock' | 'newId' | 'config' | 'engine'>

/** Tasks that are named where a secret is shown, and where its deletion is refused. */
const MOST_TASKS_SHOWN = 20
const MOST_TASKS_NAMED = 3
/** Versions that one request brings under another key. */
const REWRAPPED_AT_ONCE = 1_000

export async function listSecrets({ secretStore }: Parts, caller: Caller, page: number, limit: number) {
  const { total, rows } = await secretStore.list(caller.scope, { offset: (page - 1) * limit, limit })
  const users = await secretStore.usersOf(rows)
  const secrets = rows.map((row) => toSecret(row, users.get(row.id)!))
  return { total, page, limit, next_cursor: null, secrets }
}

/** By id or name, with some of the tasks that refer to it. Throws `not_found`. */
export async function readSecret(parts: Parts, caller: Caller, key: string) {
  const row = await rowOf(parts, caller, key)
  const users = await usersIn(parts, row)
  const tasks = seenBy(caller, users).slice(0, MOST_TASKS_SHOWN)
  return { ...toSecret(row, users), tasks: tasks.map(({ id, name, isEnabled }) => ({ id, name, enabled: isEnabled })) }
}

/** Throws `invalid` for a value that cannot be kept, and `conflict` for a name that is taken, or where no key is given. */
export async function createSecret(
  parts: Parts,
  caller: Caller,
  { name, description = '', value }: { name: string; description?: string; value: string },
) {
  const { secretStore, vault, clock, newId } = parts
  checkValue(parts, value)
  const now = clock.now()
  const tenant_id = tenantOf(caller.scope)
  const made = { created_at: now, created_by: caller.name }
  const row: SecretRow = {
    id: newId(),
    tenant_id,
    name,
    description,
    version: 1,
    ...made,
    updated_at: now,
    updated_by: caller.name,
  }
  const version = sealed(vault, row, value, made)
  const entry = drafted(
    caller,
    { kind: 'secret', id: row.id, name, action: 'created', after: { description, version: 1 } },
    now,
  )
  if (!(await secretStore.insert(row, version, entry))) {
    const message = say`There is already a secret ${name}.`
    throw new RotaError('conflict', message, [{ path: 'name', message: say`is taken.` }])
  }
  return { ...toSecret({ ...row, key_id: version.key_id }, await usersIn(parts, row)), warnings: doubtsAbout(value) }
}

/** Changes what is said of it, its value, or both. Throws `not_found`, and as {@link createSecret}. */
export async function changeSecret(
  parts: Parts,
  caller: Caller,
  { key, changes }: { key: string; changes: { description?: string; value?: string } },
) {
  const { secretStore, clock } = parts
  const { key_id: before, ...row } = await rowOf(parts, caller, key)
  const { value, description = row.description } = changes
  if (value !== undefined) return setValue(parts, caller, { row: { ...row, description }, value })
  const now = clock.now()
  const next: SecretRow = { ...row, description, updated_at: now, updated_by: caller.name }
  const changed = changesOf({ description: row.description }, { description })
  await secretStore.describe(next, drafted(caller, { ...about(row, 'updated'), ...changed }, now))
  return { ...toSecret({ ...next, key_id: before }, await usersIn(parts, row)), warnings: [] }
}

/** Gives it a new value; the earlier ones stay masked in output for a while. Throws as {@link changeSecret}. */
export async function rotateSecret(parts: Parts, caller: Caller, { key, value }: { key: string; value: string }) {
  const { key_id: _, ...row } = await rowOf(parts, caller, key)
  return setValue(parts, caller, { row, value })
}

async function setValue(parts: Parts, caller: Caller, { row, value }: { row: SecretRow; value: string }) {
  const { secretStore, vault, clock } = parts
  checkValue(parts, value)
  const now = clock.now()
  const next: SecretRow = { ...row, version: row.version + 1, updated_at: now, updated_by: caller.name }
  const version = sealed(vault, next, value, { created_at: now, created_by: caller.name })
  const changed = { before: { version: row.version }, after: { version: next.version, description: row.description } }
  if (!(await secretStore.addVersion(next, version, drafted(caller, { ...about(row, 'rotated'), ...changed }, now)))) {
    throw new RotaError(
      'conflict',
      say`Somebody else has set the secret ${row.name} at the same time; look, and try again.`,
    )
  }
  return { ...toSecret({ ...next, key_id: version.key_id }, await usersIn(parts, row)), warnings: doubtsAbout(value) }
}

/** Throws `not_found`, and `conflict`, naming some, when enabled tasks refer to it and it is not forced. */
export async function removeSecret(
  parts: Parts,
  caller: Caller,
  { key, isForced }: { key: string; isForced: boolean },
): Promise<void> {
  const row = await rowOf(parts, caller, key)
  const enabled = (await usersIn(parts, row)).filter(({ isEnabled }) => isEnabled)
  if (enabled.length > 0 && !isForced) throw stillUsed(row, seenBy(caller, enabled), enabled.length)
  const { description, version } = row
  const entry = drafted(caller, { ...about(row, 'deleted'), before: { description, version } }, parts.clock.now())
  if (!(await parts.secretStore.remove(row.id, entry))) throw notFound('secret', row.name)
}

/** Brings some versions under the present key. Throws `conflict` where none is given. */
export async function rewrapSecrets(parts: Parts, caller: Caller): Promise<Rewrapped> {
  const { secretStore: store, vault, clock, engine } = parts
  const done = await rewrapVersions({ store, vault }, REWRAPPED_AT_ONCE)
  const after = { key_id: vault.key().id, ...done }
  await engine.audit.record(drafted(caller, { kind: 'secret', id: null, action: 'rewrapped', after }, clock.now()))
  return done
}

function stillUsed({ name }: SecretRow, seen: readonly SecretUser[], total: number): RotaError {
  const named = seen.slice(0, MOST_TASKS_NAMED).map((task) => task.name)
  const mend = say`Change them, or force it (?force=true, --force): they fail from then on.`
  if (named.length === 0)
    return new RotaError('conflict', say`${total} enabled tasks refer to the secret ${name}. ${mend}`)
  return new RotaError(
    'conflict',
    say`${total} enabled tasks refer to the secret ${name}, such as ${named.join(', ')}. ${mend}`,
  )
}

/** Of some tasks, those that a caller sees. */
function seenBy(caller: Caller, users: readonly SecretUser[]): SecretUser[] {
  return users.filter(
    ({ id, group, tenantId }) =>
      isWithin(caller.scope, { tenantId, id, group }) && may(caller, 'view', 'task', { id, group }),
  )
}

const about = ({ id, name, tenant_id: tenantId }: SecretRow, action: string) =>
  ({ kind: 'secret', id, name, action, tenantId }) as const

async function rowOf({ secretStore }: Pick<Parts, 'secretStore'>, caller: Caller, key: string): Promise<KnownSecret> {
  const row = await secretStore.find(caller.scope, key)
  if (row === undefined) throw notFound('secret', key.slice(0, 128))
  return row
}

async function usersIn({ secretStore }: Pick<Parts, 'secretStore'>, row: SecretRow): Promise<SecretUser[]> {
  return (await secretStore.usersOf([row])).get(row.id)!
}

function sealed(
  vault: Parts['vault'],
  { id, tenant_id: tenantId, version }: SecretRow,
  value: string,
  made: Pick<VersionRow, 'created_at' | 'created_by'>,
): VersionRow {
  return { secret_id: id, version, ...seal(vault.key(), { tenantId, id, version }, value), ...made }
}

/** Throws `invalid`, without the value. */
function checkValue({ config }: Pick<Parts, 'config'>, value: string): void {
  const { max_value_bytes: most } = config.secrets
  const bytes = Buffer.byteLength(value)
  const problem =
    value === ''
      ? say`is empty.`
      : bytes > most
        ? say`has ${bytes} bytes; ${most} may be kept (secrets.max_value_bytes).`
        : !value.isWellFormed()
          ? say`is no text in UTF-8; write bytes in base64 and let the program decode them.`
          : value.includes('\0')
            ? say`holds a NUL byte, which no variable can; write bytes in base64 and let the program decode them.`
            : null
  if (problem !== null) throw invalid([{ path: 'value', message: problem }])
}

function doubtsAbout(value: string): string[] {
  if (isMaskable(value)) return []
  return [
    say`The value has fewer than ${SHORTEST_NEEDLE} bytes: it would be found in too much else, so it is not masked in output.`,
  ]
}

function toSecret(row: KnownSecret, users: readonly SecretUser[]) {
  const { id, name, description, version, key_id, created_by, updated_by } = row
  return {
    id,
    name,
    description,
    version,
    key_id,
    created_at: new Date(row.created_at).toISOString(),
    created_by,
    updated_at: new Date(row.updated_at).toISOString(),
    updated_by,
    used_by: users.length,
  }
}
