import { z } from 'zod'
import { text } from './scalars.ts'
import { strict } from './strict.ts'

const path = () => text(4_096, 1)

/** How secrets are kept: the section `secrets` of the configuration. */
export const secretsConfig = strict({
  key: text(512).nullable().default(null).meta({
    description:
      'Key that secrets are kept under: 64 hexadecimal digits. One of `key` and `key_file`, the same for all instances of a cluster.',
    secret: true,
  }),
  key_file: path().nullable().default(null).meta({
    description:
      'File that holds that key, readable by nobody else. Null: `keys/secrets.key` of the data directory, made when there is none; on PostgreSQL no secrets are kept.',
  }),
  old_key_files: z.array(path()).max(1_000).default([]).meta({
    description:
      'Files of earlier keys, which are still read with until `rota secret rewrap` has brought all under the new one.',
  }),
  accept_lost_keys: z.boolean().default(false).meta({
    description:
      'Start although some secrets are under a key that is not given; what refers to them fails, and they can be set anew.',
  }),
  max_value_bytes: z.int().min(1).max(524_288).default(65_536).meta({ description: 'Largest value of a secret.' }),
})
