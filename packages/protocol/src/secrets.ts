import { canNameSecret, say } from '@rota/core'
import { z } from 'zod'
import { id, instant, pageQuery, pageReply, sentence, text } from './scalars.ts'
import { strict } from './strict.ts'

/** Of a value as it may come at all; `secrets.max_value_bytes` bounds it further. */
const MOST = 524_288

const secretName = text(128, 1).refine(canNameSecret, {
  error: say`may hold letters, digits and . _ -, and begins with a letter or _.`,
})
const value = z
  .string()
  .max(MOST)
  .meta({ description: 'Never told again, in no reply. `secrets.max_value_bytes` at most.' })

export const secret = z
  .strictObject({
    id,
    name: z.string(),
    description: z.string(),
    version: z.int().meta({ description: 'Grows with each new value.' }),
    key_id: z.string().nullable().meta({ description: 'The key that its value is kept under.' }),
    created_at: instant,
    created_by: z.string().nullable(),
    updated_at: instant,
    updated_by: z.string().nullable(),
    used_by: z.int().meta({ description: 'Tasks that refer to it.' }),
  })
  .meta({ id: 'Secret' })

export const secretDetail = z
  .strictObject({
    ...secret.shape,
    tasks: z
      .array(z.strictObject({ id, name: z.string(), enabled: z.boolean() }))
      .meta({ description: 'Some of the tasks that refer to it, of those that the caller sees.' }),
  })
  .meta({ id: 'SecretDetail' })

/** What is told to whoever has set a value. */
export const secretSet = z
  .strictObject({ ...secret.shape, warnings: z.array(sentence()) })
  .meta({ id: 'SecretSet', description: 'A secret, and what is to be known of the value it was given.' })

export const secretInput = strict({
  name: secretName,
  description: text(500).exactOptional(),
  value,
}).meta({ id: 'SecretInput' })

export const secretChanges = strict({
  description: text(500).exactOptional(),
  value: value.exactOptional(),
}).meta({ id: 'SecretChanges' })

export const secretRotation = strict({ value }).meta({ id: 'SecretRotation' })

export const secretQuery = strict({ page: pageQuery.page, limit: pageQuery.limit })
export const secretList = z.strictObject({ ...pageReply, secrets: z.array(secret) }).meta({ id: 'SecretList' })

export const secretRemoval = strict({
  force: z
    .enum(['true', 'false'])
    .exactOptional()
    .meta({ description: 'Also when enabled tasks refer to it: they fail from then on.' }),
})

export const secretKeys = z
  .strictObject({
    current: z.string().nullable().meta({ description: 'The key that values are kept under from now on.' }),
    keys: z.array(
      z.strictObject({
        id: z.string(),
        versions: z.int().meta({ description: 'Versions of secrets that are under it.' }),
        given: z.boolean().meta({ description: 'Whether this server can read them.' }),
      }),
    ),
  })
  .meta({ id: 'SecretKeys' })

export const secretsRewrapped = z
  .strictObject({
    rewrapped: z.int().meta({ description: 'Versions brought under the present key now.' }),
    left: z.int().meta({ description: 'Still under another; ask again until there are none.' }),
    unreadable: z.int().meta({ description: 'Under a key that is not given, or altered.' }),
  })
  .meta({ id: 'SecretsRewrapped' })
