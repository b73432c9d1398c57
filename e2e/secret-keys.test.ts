import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATA_FILES, secretKeysIn } from '@rota/engine'
import { cleanUp, eventually, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, expect, test } from 'vitest'

/** So many that their rewrapping is caught half-way. */
const SECRETS = 300
const folder = temporaryFolder()
const dataDir = join(folder, 'data')
const file = join(dataDir, DATA_FILES.state)
const keyFile = (name: string) => {
  const path = join(folder, name)
  writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  return path
}
const [first, second] = [keyFile('first.key'), keyFile('second.key')]

function serverWith(key: string, old = ''): ServerProcess {
  const env = { ROTA_EXAMPLES: 'false', ROTA_SECRETS_KEY_FILE: key, ROTA_SECRETS_OLD_KEY_FILES: old }
  return new ServerProcess({ dataDir, env })
}

interface Keys {
  current: string
  keys: { id: string; versions: number }[]
}

async function underCurrent(server: ServerProcess): Promise<number> {
  const { current, keys } = await server.ask<Keys>('GET', '/api/scheduler/secret-keys')
  return keys.find(({ id }) => id === current)!.versions
}

/** Asks a program for what it is given of a secret; answers whether that is its value. */
async function isRight(server: ServerProcess, number: number): Promise<boolean> {
  const env = { V: `\${secret:S${number}}` }
  const payload = { command: `[ "$(printf %s "$V" | rev)" = "${[...`value of ${number}`].toReversed().join('')}" ]` }
  const job = { type: 'shell', payload, env }
  const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/executions', job)
  let status = ''
  await eventually('end of the program', 60_000, async () => {
    status = (await server.ask<{ status: string }>('GET', `/api/scheduler/executions/${id}`)).status
    return status !== 'pending' && status !== 'running'
  })
  return status === 'success'
}

afterAll(cleanUp)

test('bringing secrets under another key survives kill -9 half-way: all stay readable, and it goes on', async () => {
  const before = await serverWith(first).start()
  for (let i = 0; i < SECRETS; i++) {
    await before.ask('POST', '/api/scheduler/secrets', { name: `S${i}`, value: `value of ${i}` })
  }
  await before.stop()

  const during = await serverWith(second, first).start()
  expect(await underCurrent(during)).toBe(0)
  const request = during.ask('POST', '/api/scheduler/secret-keys/rewrap').catch(() => undefined)
  const [old] = [...secretKeysIn(file).keys()]
  // Asked of the file: an answer of the server would come when it is done.
  while (secretKeysIn(file).get(old!) === SECRETS) await new Promise(setImmediate)
  await during.kill()
  await request

  // With one of them alone it does not start: each opens a part.
  for (const key of [first, second]) {
    const alone = serverWith(key)
    const { code } = await (await alone.launch()).ended
    expect(code, alone.output).toBe(78)
    expect(alone.output).toContain('old_key_files')
  }

  const after = await serverWith(second, first).start()
  const done = await underCurrent(after)
  expect(done).toBeGreaterThan(0)
  expect(done).toBeLessThan(SECRETS)
  for (const number of [0, 17, SECRETS - 1]) expect(await isRight(after, number)).toBe(true)
  const { left, rewrapped } = await after.ask<{ left: number; rewrapped: number }>(
    'POST',
    '/api/scheduler/secret-keys/rewrap',
  )
  expect({ left, total: rewrapped + done }).toEqual({ left: 0, total: SECRETS })
  await after.stop()

  const last = await serverWith(second).start()
  for (const number of [0, 17, SECRETS - 1]) expect(await isRight(last, number)).toBe(true)
}, 300_000)
