import {
  secretChanges,
  secretDetail,
  secretInput,
  secretKeys,
  secretList,
  secretQuery,
  secretRemoval,
  secretRotation,
  secretSet,
  secretsRewrapped,
} from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import {
  changeSecret,
  createSecret,
  listSecrets,
  readSecret,
  removeSecret,
  rewrapSecrets,
  rotateSecret,
} from '../secrets.ts'

const BASE = '/api/scheduler/secrets'
const ONE = `${BASE}/:secret`
const common = { tag: 'Secrets' } as const

const list = defineRoute({
  ...common,
  method: 'GET',
  url: BASE,
  needs: { may: 'use', on: 'secret' },
  summary: 'List secrets, without their values',
  query: secretQuery,
  reply: secretList,
  handler: ({ services, caller, query: { page = 1, limit = 50 } }) => listSecrets(services, caller, page, limit),
})

const create = defineRoute({
  ...common,
  method: 'POST',
  url: BASE,
  needs: { may: 'manage', on: 'secret' },
  summary: 'Make a secret',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what is written.
  description: 'Tasks refer to it by `${secret:NAME}` in env, args, kwargs and the parts of an HTTP request.',
  body: secretInput,
  bodySize: 'document',
  status: 201,
  reply: secretSet,
  errors: [409],
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: ({ services, caller, body }) => createSecret(services, caller, body),
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: ONE,
  needs: { may: 'use', on: 'secret' },
  summary: 'Read what is known of a secret, by id or name, without its value',
  reply: secretDetail,
  errors: [404],
  handler: ({ services, caller, params }) => readSecret(services, caller, params.secret!),
})

const change = defineRoute({
  ...common,
  method: 'PUT',
  url: ONE,
  needs: { may: 'manage', on: 'secret' },
  summary: 'Change the description of a secret, its value, or both',
  body: secretChanges,
  bodySize: 'document',
  reply: secretSet,
  errors: [404, 409],
  handler: ({ services, caller, params, body }) =>
    changeSecret(services, caller, { key: params.secret!, changes: body }),
})

const rotate = defineRoute({
  ...common,
  method: 'POST',
  url: `${ONE}/rotate`,
  needs: { may: 'manage', on: 'secret' },
  summary: 'Give a secret a new value',
  description: 'Attempts that start from now on get it; the two values before it stay masked in output.',
  body: secretRotation,
  bodySize: 'document',
  reply: secretSet,
  errors: [404, 409],
  handler: ({ services, caller, params, body: { value } }) =>
    rotateSecret(services, caller, { key: params.secret!, value }),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: ONE,
  needs: { may: 'manage', on: 'secret' },
  summary: 'Delete a secret',
  description: 'Refused while enabled tasks refer to it, unless it is forced.',
  query: secretRemoval,
  status: 204,
  reply: null,
  errors: [404, 409],
  handler: ({ services, caller, params, query: { force } }) =>
    removeSecret(services, caller, { key: params.secret!, isForced: force === 'true' }),
})

const keys = defineRoute({
  ...common,
  method: 'GET',
  url: '/api/scheduler/secret-keys',
  needs: { may: 'manage', on: 'configuration' },
  summary: 'Under which keys secrets are kept',
  reply: secretKeys,
  handler: ({ services }) => services.vault.status(),
})

const rewrap = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/scheduler/secret-keys/rewrap',
  needs: { may: 'manage', on: 'configuration' },
  summary: 'Bring secrets under the present key, as many as fit in a request',
  description: 'Ask again until `left` is 0; whatever interrupts it, every secret stays readable.',
  reply: secretsRewrapped,
  errors: [409],
  handler: ({ services, caller }) => rewrapSecrets(services, caller),
})

export const secretRoutes: AnyRoute[] = [list, create, read, change, rotate, remove, keys, rewrap]
