import { PERMISSIONS, ROLES, say } from '@rota/core'
import { z } from 'zod'
import { rights } from './rights.ts'
import { exactInstant, id, instant, pageQuery, pageReply, sentence, text } from './scalars.ts'
import { strict } from './strict.ts'

export const role = z.enum(ROLES).meta({ id: 'Role' })
/** Of an account; `none` for one that has but what is granted to it in places. */
export const accountRole = z.enum([...ROLES, 'none']).meta({ id: 'AccountRole' })
export const permission = z.enum(PERMISSIONS).meta({ id: 'Permission' })

const username = z
  .string()
  .min(1)
  .max(100)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._@-]*$/u,
    say`may hold letters, digits and . _ @ - and starts with a letter or digit.`,
  )
const password = text(1_024, 1)
const language = z.enum(['en', 'zh'])

export const user = z
  .strictObject({
    id,
    tenant_id: z.string().nullable().meta({ description: 'Whose it is; null for none.' }),
    username: z.string(),
    display_name: z.string(),
    role: accountRole,
    disabled: z.boolean(),
    source: z
      .string()
      .nullable()
      .meta({ description: 'Who vouches for the account: `oidc:ID` or `ldap`; null where Rota keeps its password.' }),
    has_password: z.boolean().meta({ description: 'False until an invitation is accepted, and with a `source`.' }),
    second_factor: z.boolean(),
    language: language.nullable().meta({ description: 'Of the page; null for that of the browser.' }),
    must_change_password: z.boolean(),
    last_login_at: instant.nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'User' })

/** A link by which somebody chooses a password: once. */
const invitation = z
  .strictObject({
    token: z.string().meta({ description: 'Shown this once; the link is `/invite#TOKEN`.' }),
    expires_at: instant,
  })
  .meta({ id: 'Invitation' })
export const invitationReply = invitation

export const newUser = z
  .strictObject({ ...user.shape, invitation: invitation.nullable() })
  .meta({ id: 'NewUser', description: '`invitation` is null where a password was given.' })

export const userInput = strict({
  username,
  password: password.exactOptional().meta({ description: 'At least as long as `auth.password_min_length`.' }),
  invite: z.boolean().exactOptional().meta({ description: 'Instead of a password: a link to choose it by.' }),
  role: accountRole
    .exactOptional()
    .meta({ description: 'Holds everywhere. Default `viewer`; `none` leaves it to grants.' }),
  display_name: text(200).exactOptional(),
  must_change_password: z.boolean().exactOptional(),
}).meta({ id: 'UserInput' })

export const userChanges = strict({
  role: accountRole.exactOptional(),
  display_name: text(200).exactOptional(),
  disabled: z.boolean().exactOptional(),
  password: password.exactOptional().meta({ description: 'Ends all sessions of the user.' }),
  must_change_password: z.boolean().exactOptional(),
}).meta({ id: 'UserChanges' })

export const userQuery = strict({ page: pageQuery.page, limit: pageQuery.limit })
export const userList = z.strictObject({ ...pageReply, users: z.array(user) }).meta({ id: 'UserList' })

const totp = text(20, 1).meta({ description: 'The code that the second factor shows.' })
const recoveryCode = text(100, 1).meta({ description: 'Instead of `totp`: one of the recovery codes.' })
/** What shows that the second factor is at hand. */
const proof = { totp: totp.exactOptional(), recovery_code: recoveryCode.exactOptional() }

export const loginInput = strict({
  username: text(141, 1).meta({ description: 'Of a user of a tenant: `TENANT/USERNAME`.' }),
  password,
  ...proof,
  cookie: z.boolean().exactOptional().meta({
    description: 'For browsers: the session is kept in an HttpOnly cookie, and the reply holds no token.',
  }),
}).meta({ id: 'LoginInput' })

export const session = z
  .strictObject({
    access_token: z.string(),
    refresh_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds until the access token ends.' }),
    user,
  })
  .meta({ id: 'Session' })

const browserSession = z
  .strictObject({
    token_type: z.literal('Cookie'),
    expires_at: instant.meta({ description: 'When it ends unless it is used before.' }),
    user,
  })
  .meta({ id: 'BrowserSession', description: 'A session whose credential is a cookie that scripts cannot read.' })

/** What signing in answers: tokens, or nothing but the cookie. */
export const openedSession = z.union([session, browserSession])

export const sessionList = z
  .strictObject({
    sessions: z.array(
      z.strictObject({
        id,
        kind: z.enum(['browser', 'tokens']),
        current: z.boolean().meta({ description: 'The one that asks.' }),
        created_at: instant,
        last_used_at: instant.meta({ description: 'To within the life of an access token.' }),
        expires_at: instant,
        address: z.string().nullable(),
        user_agent: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'SessionList' })

export const refreshInput = strict({ refresh_token: text(200, 1) }).meta({ id: 'RefreshInput' })

export const logoutInput = strict({
  everywhere: z.boolean().exactOptional().meta({ description: 'Ends all sessions of the user.' }),
}).meta({ id: 'LogoutInput' })

export const profileInput = strict({
  display_name: text(200, 1).exactOptional(),
  language: language.nullable().exactOptional(),
}).meta({ id: 'ProfileInput' })

const invitationToken = text(200, 1)
export const invitationLook = strict({ token: invitationToken }).meta({ id: 'InvitationLook' })
export const invited = z
  .strictObject({ username: z.string(), display_name: z.string(), expires_at: instant })
  .meta({ id: 'Invited' })
export const invitationAcceptance = strict({ token: invitationToken, password }).meta({ id: 'InvitationAcceptance' })

export const secondFactor = z
  .strictObject({
    enabled: z.boolean(),
    required: z.boolean().meta({ description: 'Nothing else can be done before it is set up.' }),
    recovery_codes_left: z.int(),
  })
  .meta({ id: 'SecondFactor' })
export const secondFactorOffer = z
  .strictObject({
    secret: z.string().meta({ description: 'Base32, for who types it.' }),
    uri: z.string().meta({ description: '`otpauth:` for a QR code.' }),
    enrolment: z.string().meta({ description: 'To be given back with the first code, within ten minutes.' }),
  })
  .meta({ id: 'SecondFactorOffer' })
export const secondFactorInput = strict({ enrolment: text(500, 1), totp, password }).meta({ id: 'SecondFactorInput' })
export const secondFactorProof = strict({ password, ...proof }).meta({ id: 'SecondFactorProof' })
export const recoveryCodes = z
  .strictObject({ recovery_codes: z.array(z.string()).meta({ description: 'Shown this once; each works once.' }) })
  .meta({ id: 'RecoveryCodes' })

export const signInWays = z
  .strictObject({
    providers: z.array(z.strictObject({ id: z.string(), name: z.string() })),
    local: z.boolean().meta({ description: 'Whether accounts sign in with a password that is kept here.' }),
    directory: z.boolean().meta({ description: 'Whether people of a directory sign in with its password.' }),
    problem: sentence()
      .nullable()
      .meta({ description: 'Why the sign-in with a provider that this browser tried failed.' }),
  })
  .meta({ id: 'SignInWays' })
export const signInStart = strict({
  to: text(2_000, 1).exactOptional().meta({ description: 'The page to go to afterwards, a path of this server.' }),
})
/** Providers add what they like. */
export const signInReturn = z.record(z.string(), z.unknown())
export const logoutTokenInput = z.looseObject({ logout_token: text(20_000, 1) }).meta({ id: 'LogoutTokenInput' })

export const passwordInput = strict({ current_password: password, new_password: password }).meta({
  id: 'PasswordInput',
})

export const identity = z
  .strictObject({
    user,
    permissions: z.array(permission).meta({ description: 'On any kind, in some place, each once.' }),
    rights: rights.meta({ description: 'What holds everywhere.' }),
    grants: z
      .array(
        z.strictObject({
          role: z.string(),
          scope: z.strictObject({ kind: z.enum(['group', 'task']), id: z.string() }),
          rights,
        }),
      )
      .meta({ description: 'What holds besides in groups of tasks, with all below them, and on tasks.' }),
    second_factor_due: z.boolean().meta({ description: 'Nothing else can be done before it is set up.' }),
    tenant: z
      .strictObject({ id: z.string(), name: z.string() })
      .nullable()
      .meta({ description: 'The only one that is looked at; null: all, or there are none.' }),
    may_choose_tenant: z.boolean().meta({ description: 'By the header `Rota-Tenant`.' }),
    credential: z.strictObject({
      kind: z.enum(['session', 'token']),
      token_id: z.string().nullable(),
      expires_at: instant.nullable(),
    }),
  })
  .meta({ id: 'Identity', description: 'Who the caller is and what the credential allows.' })

export const token = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    owner: z.string(),
    tenant_id: z
      .string()
      .nullable()
      .meta({ description: 'Of its owner, or the one that it was made for; it reaches no other.' }),
    scopes: z.array(permission),
    created_at: instant,
    expires_at: instant.nullable(),
    last_used_at: instant.nullable(),
    revoked_at: instant.nullable(),
    made_by: z.string().nullable().meta({ description: 'The token it ends with; null when a person made it.' }),
    addresses: z.array(z.string()).nullable().meta({ description: 'Where it is taken from; null: from anywhere.' }),
    grants_only: z.boolean().meta({
      description: 'It holds but what is granted to it, of that no more than its owner: from its first grant on.',
    }),
  })
  .meta({ id: 'Token' })

export const tokenInput = strict({
  name: text(100, 1),
  scopes: z
    .array(permission)
    .min(1)
    .max(5)
    .exactOptional()
    .meta({ description: 'What the token may do, at most what its maker may.' }),
  role: role.exactOptional().meta({ description: 'Instead of `scopes`: those of a role.' }),
  expires_at: exactInstant.nullable().exactOptional(),
  expires_in_days: z.number().gt(0).max(3_660).exactOptional(),
  addresses: z
    .array(text(100, 1))
    .max(50)
    .exactOptional()
    .meta({ description: 'Addresses and ranges that it is taken from, such as 10.0.0.0/8. Default: anywhere.' }),
  password: password.exactOptional().meta({ description: 'Of the caller, where the sign-in is not recent.' }),
}).meta({ id: 'TokenInput', description: 'Without scopes or role the token may do what its maker may.' })

export const tokenRotation = strict({
  overlap_seconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .exactOptional()
    .meta({ description: 'How long the old one is still taken; default 3600.' }),
  password: password.exactOptional().meta({ description: 'Of the caller, where the sign-in is not recent.' }),
}).meta({ id: 'TokenRotation' })

export const newToken = z
  .strictObject({ ...token.shape, token: z.string().meta({ description: 'Shown this once.' }) })
  .meta({ id: 'NewToken' })

export const tokenQuery = strict({
  page: pageQuery.page,
  limit: pageQuery.limit,
  all: z.boolean().exactOptional().meta({ description: 'Tokens of all users; needs `manage`.' }),
})
export const tokenList = z.strictObject({ ...pageReply, tokens: z.array(token) }).meta({ id: 'TokenList' })

export type User = z.output<typeof user>
export type Role = z.output<typeof role>
export type AccountRole = z.output<typeof accountRole>
export type Permission = z.output<typeof permission>
export type Session = z.output<typeof session>
export type Identity = z.output<typeof identity>
export type Token = z.output<typeof token>
