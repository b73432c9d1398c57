import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drafted, SYSTEM } from '@rota/core'
import { openInMemoryStore } from '@rota/engine'
import { ManualClock } from '@rota/testkit'
import { CompiledQuery } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../index.ts'
import type { SecretStore, VersionRow } from '../secret-store.ts'
import { createSecretStore } from '../store/secrets.ts'
import { canaryOf, EnvelopeError, isKeyOf, masterKey, open, rewrap, seal } from './envelope.ts'
import { rewrapVersions } from './rewrapping.ts'
import { openVault } from './vault.ts'

const PLACE = { tenantId: 'acme', id: 's1', version: 3 }
const hexKey = () => randomBytes(32).toString('hex')
const keyOf = (hex = hexKey()) => masterKey(new Uint8Array(Buffer.from(hex, 'hex')))

describe('an envelope', () => {
  const key = keyOf()
  const sealed = seal(key, PLACE, 'wörd')

  test('opens in its place with its key, and never looks the same twice', () => {
    expect(open(key, PLACE, sealed)).toBe('wörd')
    const again = seal(key, PLACE, 'wörd')
    expect(again.sealed).not.toBe(sealed.sealed)
    expect(again.wrapped).not.toBe(sealed.wrapped)
    expect(JSON.stringify(sealed)).not.toContain(Buffer.from('wörd').toString('base64').slice(0, 6))
  })

  test('opens nowhere else: not for another tenant, secret or version, nor with another key', () => {
    for (const other of [{ tenantId: null }, { tenantId: 'evil' }, { id: 's2' }, { version: 4 }]) {
      expect(() => open(key, { ...PLACE, ...other }, sealed)).toThrow(EnvelopeError)
    }
    expect(() => open(keyOf(), PLACE, sealed)).toThrow(EnvelopeError)
    const other = seal(key, { ...PLACE, id: 's2' }, 'word')
    expect(() => open(key, PLACE, { ...sealed, sealed: other.sealed })).toThrow(EnvelopeError)
    expect(() => open(key, PLACE, other)).toThrow(EnvelopeError)
  })

  test('shows every flipped bit', () => {
    for (const part of ['wrapped', 'sealed'] as const) {
      const bytes = Buffer.from(sealed[part], 'base64')
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3]! ^= 1 << (bit & 7)
        expect(() => open(key, PLACE, { ...sealed, [part]: flipped.toString('base64') })).toThrow(EnvelopeError)
      }
      expect(() => open(key, PLACE, { ...sealed, [part]: '' })).toThrow(EnvelopeError)
    }
  })

  test('goes under another key without its value being touched', () => {
    const to = keyOf()
    const moved = { ...sealed, key_id: to.id, wrapped: rewrap({ from: key, to }, PLACE, sealed.wrapped) }
    expect(open(to, PLACE, moved)).toBe('wörd')
    expect(() => open(key, PLACE, moved)).toThrow(EnvelopeError)
  })

  test('a canary tells its key from every other', () => {
    expect(isKeyOf(key, canaryOf(key))).toBe(true)
    expect(isKeyOf(keyOf(), canaryOf(key))).toBe(false)
    expect(isKeyOf(key, 'nonsense')).toBe(false)
  })
})

describe('a vault', () => {
  let folder: string
  let database: ReturnType<typeof openInMemoryStore>
  let store: SecretStore
  const clock = new ManualClock()
  const ownFile = () => join(folder, 'keys', 'secrets.key')

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rota-vault-'))
    database = openInMemoryStore()
    store = createSecretStore(database)
  })
  afterEach(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })

  function opened(set: Record<string, string> = {}, isOwn = true) {
    const { config } = loadConfig({ data: folder, set }, {}, folder)
    return openVault({ config, store, clock, ownKeyFile: isOwn ? ownFile() : null })
  }

  function fileWith(text: string, mode = 0o600): string {
    const path = join(folder, `${randomBytes(4).toString('hex')}.key`)
    writeFileSync(path, text, { mode })
    chmodSync(path, mode)
    return path
  }

  async function keep(vault: Awaited<ReturnType<typeof opened>>, name: string, value: string) {
    const about = { id: name, tenant_id: null, name, description: '', version: 1 }
    const made = { created_at: 0, created_by: null }
    const version: VersionRow = {
      ...{ secret_id: name, version: 1, ...made },
      ...seal(vault.key(), { tenantId: null, id: name, version: 1 }, value),
    }
    const entry = drafted(SYSTEM, { kind: 'secret', id: name, action: 'created' }, 0)
    await store.insert({ ...about, ...made, updated_at: 0, updated_by: null }, version, entry)
    return version
  }

  test('makes a key of its own at first, which only its owner reads, and finds it again', async () => {
    const vault = await opened()
    const path = ownFile()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await keep(vault, 'a', 'the value of it')
    expect((await opened()).key().id).toBe(vault.key().id)
    expect((await vault.status()).keys).toEqual([{ id: vault.key().id, versions: 1, given: true }])
  })

  test('does not open with another key, nor without its own, and makes none in its place', async () => {
    await keep(await opened(), 'a', 'the value of it')
    await expect(opened({ 'secrets.key': hexKey() })).rejects.toMatchObject({ exitCode: 78 })
    const path = ownFile()
    const kept = readFileSync(path)
    rmSync(path)
    await expect(opened()).rejects.toThrow(/Bring it back to .*secrets\.key/)
    expect(existsSync(path)).toBe(false)
    writeFileSync(path, `${hexKey()}\n`, { mode: 0o600 })
    await expect(opened()).rejects.toMatchObject({ exitCode: 78 })
    const lenient = await opened({ 'secrets.accept_lost_keys': 'true' })
    expect((await lenient.status()).keys).toContainEqual({ id: expect.any(String), versions: 1, given: false })
    writeFileSync(path, kept)
    await expect(opened()).resolves.toBeDefined()
  })

  test('refuses a key that others can read, and what is none, without showing it', async () => {
    await expect(opened({ 'secrets.key_file': fileWith(hexKey(), 0o644) })).rejects.toThrow(/chmod 600/)
    await expect(opened({ 'secrets.key_file': join(folder, 'missing') })).rejects.toThrow(/ENOENT/)
    for (const text of ['', 'short', '0'.repeat(64), 'ab'.repeat(32), `${hexKey()}ff`, 'not hex'.repeat(9)]) {
      const failure = await opened({ 'secrets.key_file': fileWith(text) }).catch((error: Error) => error)
      expect(failure).toMatchObject({ exitCode: 78 })
      if (text !== '') expect((failure as Error).message).not.toContain(text)
    }
    await expect(opened({ 'secrets.key': hexKey(), 'secrets.key_file': fileWith(hexKey()) })).rejects.toThrow(
      /both set/,
    )
    await expect(opened({ 'secrets.key_file': fileWith(hexKey(), 0o640) })).resolves.toBeDefined()
  })

  test('on a shared store keeps nothing until a key is given, and says how', async () => {
    const vault = await opened({}, false)
    expect(() => vault.key()).toThrow(/ROTA_SECRETS_KEY/)
    expect(existsSync(ownFile())).toBe(false)
    const key = hexKey()
    await keep(await opened({ 'secrets.key': key }, false), 'a', 'the value of it')
    await expect(opened({}, false)).rejects.toMatchObject({ exitCode: 78 })
  })

  test('tells a key by what it has sealed, not by its name alone', async () => {
    const vault = await opened()
    const sql = `update secret_keys set canary = '${canaryOf(keyOf())}'`
    await database.kysely.executeQuery(CompiledQuery.raw(sql))
    await expect(opened()).rejects.toThrow(new RegExp(`${vault.key().id}.*altered`))
  })

  test('reads what is under an earlier key until all of it is under the new one, however often that is interrupted', async () => {
    const [old, next] = [fileWith(hexKey()), fileWith(hexKey())]
    const before = await opened({ 'secrets.key_file': old })
    for (let i = 0; i < 25; i++) await keep(before, `s${String(i).padStart(2, '0')}`, `value number ${i}`)
    const settings = { 'secrets.key_file': next, 'secrets.old_key_files': old }
    const vault = await opened(settings)
    expect(await rewrapVersions({ store, vault }, 10)).toEqual({ rewrapped: 10, left: 15, unreadable: 0 })
    const readAll = async (reader: typeof vault) => {
      for (let i = 0; i < 25; i++) {
        const id = `s${String(i).padStart(2, '0')}`
        const { rows } = await database.kysely.executeQuery<VersionRow>(
          CompiledQuery.raw(`select * from secret_versions where secret_id = '${id}'`),
        )
        expect(reader.open(id, { tenantId: null, id, version: 1 }, rows[0]!)).toBe(`value number ${i}`)
      }
    }
    // Half-way only both keys will do.
    await readAll(await opened(settings))
    await expect(opened({ 'secrets.key_file': next })).rejects.toMatchObject({ exitCode: 78 })
    await expect(opened({ 'secrets.key_file': old })).rejects.toMatchObject({ exitCode: 78 })
    const flip = `update secret_versions set wrapped = 'AAAA' || substr(wrapped, 5) where secret_id = 's24'`
    await database.kysely.executeQuery(CompiledQuery.raw(flip))
    expect(await rewrapVersions({ store, vault }, 1_000)).toEqual({ rewrapped: 14, left: 0, unreadable: 1 })
    await database.kysely.executeQuery(CompiledQuery.raw(`delete from secret_versions where secret_id = 's24'`))
    expect(await rewrapVersions({ store, vault }, 1_000)).toEqual({ rewrapped: 0, left: 0, unreadable: 0 })
    await expect(opened({ 'secrets.key_file': next })).resolves.toBeDefined()
  })

  test('names a secret whose record was altered, and not its value', async () => {
    const vault = await opened()
    const version = await keep(vault, 'a', 'the value of it')
    const altered = { ...version, sealed: Buffer.from('x'.repeat(60)).toString('base64') }
    expect(() => vault.open('a', { tenantId: null, id: 'a', version: 1 }, altered)).toThrow(/secret a .*altered/)
    const elsewhere = { ...version, key_id: 'another' }
    expect(() => vault.open('a', { tenantId: null, id: 'a', version: 1 }, elsewhere)).toThrow(/not given/)
  })
})
