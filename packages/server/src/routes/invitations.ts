import { invitationAcceptance, invitationLook, invited, user } from '@rota/protocol'
import { toUser } from '../auth/users.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const common = { tag: 'Sign-in', needs: 'public', bodySize: 'credential', errors: [401] } as const

const look = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/invitation',
  summary: 'See whom an invitation is for',
  body: invitationLook,
  reply: invited,
  handler: ({ services, body, request }) =>
    services.invitations.read(body.token).catch((error) => services.guesses.count(error, request.ip)),
})

const accept = defineRoute({
  ...common,
  method: 'POST',
  url: '/api/auth/invitation/accept',
  summary: 'Choose the password that an invitation is for',
  description: 'Uses the invitation up, and ends what was open with an earlier password. Then sign in with it.',
  body: invitationAcceptance,
  reply: user,
  handler: async ({ services, body, request }) => {
    const { token, password } = body
    const account = await services.invitations
      .accept(token, password, { address: request.ip, requestId: request.id })
      .catch((error) => services.guesses.count(error, request.ip))
    await services.onPasswordChanged(account.username)
    return toUser(account)
  },
})

export const invitationRoutes: AnyRoute[] = [look, accept]
