import { say } from '@rota/core'
import { z } from 'zod'
import { text } from './scalars.ts'
import { strict } from './strict.ts'

const about = (description: string) => ({ description })
const attribute = (fallback: string, description: string) => text(200, 1).default(fallback).meta(about(description))

/** Everywhere, or in a group of tasks with all below it. */
const roleMapping = strict({
  group: text(1_000, 1).meta(about('As the provider names it; of a directory also its DN.')),
  role: text(64, 1).meta(about('A built-in role, or one that was made.')),
  in: text(200, 1).nullable().default(null).meta(about('The group of tasks it holds in. Null: everywhere.')),
})
const roleMappings = z.array(roleMapping).max(1_000).default([])

const tenant = text(100, 1)
  .nullable()
  .default(null)
  .meta(about('The tenant that those belong to who come for the first time. Null: none, above all tenants.'))

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Over the open network nothing is sent in clear. */
function isGuarded(address: string, scheme: string): boolean {
  const url = URL.parse(address)
  return (
    url !== null && (url.protocol === `${scheme}s:` || (url.protocol === `${scheme}:` && LOOPBACK.has(url.hostname)))
  )
}

const issuer = text(2_000, 1).refine((address) => isGuarded(address, 'http'), {
  error: say`must be an https address; http only at localhost.`,
})

/** An OpenID Connect provider that people may sign in with. */
export const oidcProvider = strict({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, say`must be small letters, digits and -, and starts with a letter.`)
    .meta(about('Part of the addresses that are registered at the provider. It must not change.')),
  name: text(100, 1).meta(about('What the button says.')),
  issuer,
  client_id: text(500, 1),
  client_secret: text(4_096, 1)
    .nullable()
    .default(null)
    .meta({ description: 'Null for a public client.', secret: true }),
  client_secret_file: text(4_096, 1).nullable().default(null).meta(about('A file that holds it instead.')),
  scopes: z.array(text(200, 1)).max(50).default(['openid', 'profile', 'email']),
  username_claim: attribute('preferred_username', 'What new accounts are named after.'),
  groups_claim: attribute(
    'groups',
    'Holds the groups, in the ID token or what userinfo answers; `a.b` looks into `a`.',
  ),
  roles: roleMappings.meta(about('What groups of the provider may do here.')),
  create_accounts: z.boolean().default(true).meta(about('Give whoever comes for the first time an account.')),
  tenant,
})

/** A directory whose people may sign in. */
export const ldapDirectory = strict({
  url: text(2_000, 1)
    .refine((address) => /^ldaps?:$/.test(URL.parse(address)?.protocol ?? ''), {
      error: say`must be an address such as ldaps://ldap.example.org.`,
    })
    .nullable()
    .default(null)
    .meta(about('`ldaps://HOST` or `ldap://HOST`. Null: no directory.')),
  start_tls: z.boolean().default(false).meta(about('Encrypt a connection to `ldap://`.')),
  ca_file: text(4_096, 1)
    .nullable()
    .default(null)
    .meta(about('Certificates that are trusted, PEM. Null: the usual ones.')),
  bind_dn: text(1_000, 1).nullable().default(null).meta(about('Who looks for people. Null: nobody, anonymously.')),
  bind_password: text(4_096).nullable().default(null).meta({ description: 'Of `bind_dn`.', secret: true }),
  user_base: text(1_000).default('').meta(about('Where people are looked for.')),
  user_filter: text(2_000, 1)
    .refine((filter) => filter.includes('{username}'), { error: say`must hold {username}.` })
    .default('(uid={username})')
    .meta(about('Finds the one entry of a user name. For Active Directory `(sAMAccountName={username})`.')),
  id_attribute: attribute(
    'entryUUID',
    'Never changes, so that accounts are known by it. For Active Directory `objectGUID`.',
  ),
  username_attribute: attribute('uid', 'What new accounts are named after.'),
  name_attribute: attribute('cn', 'The display name.'),
  group_base: text(1_000)
    .nullable()
    .default(null)
    .meta(about('Where groups are looked for. Null: `memberOf` of the person tells.')),
  group_filter: text(2_000, 1)
    .default('(member={dn})')
    .meta(about('Finds the groups of a person, by {dn} or {username}.')),
  group_attribute: attribute('cn', 'The name of a group, as `roles` has it.'),
  roles: roleMappings.meta(about('What groups of the directory may do here.')),
  create_accounts: z.boolean().default(true).meta(about('Give whoever comes for the first time an account.')),
  tenant,
  timeout_seconds: z.number().min(0.1).max(120).default(10).meta(about('How long each step may take.')),
})

/** True unless a password would cross the network in clear. */
export function isDirectoryGuarded({ url, start_tls }: { url: string | null; start_tls: boolean }): boolean {
  return url === null || start_tls || isGuarded(url, 'ldap')
}

export type OidcProviderConfig = z.output<typeof oidcProvider>
export type LdapConfig = z.output<typeof ldapDirectory>
export type RoleMapping = z.output<typeof roleMapping>
