import { expect, it } from 'vitest'
import { findAccount, identityFor } from './run-as.ts'

const anyUser = { runAs: null, allowedUsers: null }

it('finds an account by its exact name', () => {
  expect(findAccount('root')).toMatchObject({ uid: 0, gid: 0, home: '/root' })
  expect(findAccount('roo')).toBeNull()
})

it('runs as the configured user when a task names none', () => {
  expect(identityFor(null, { runAs: { uid: 7, gid: 8 }, allowedUsers: null }).ids).toEqual({ uid: 7, gid: 8 })
})

it('becomes the user a task names, with its home', () => {
  expect(identityFor('nobody', anyUser, 0)).toMatchObject({ ids: { uid: 65534 }, account: { name: 'nobody' } })
})

it('needs no right to change users for the user it is', () => {
  expect(identityFor('nobody', anyUser, 65534).ids).toBeNull()
})

it('says that only root can change users', () => {
  expect(() => identityFor('root', anyUser, 1000)).toThrow(/Only a server that runs as root/)
})

it('refuses an unknown user, and one that is not allowed', () => {
  expect(() => identityFor('no-such-user', anyUser, 0)).toThrow(/no user "no-such-user"/)
  expect(() => identityFor('root', { runAs: null, allowedUsers: ['nobody'] }, 0)).toThrow(/may not run as root/)
  expect(() => identityFor('root', { runAs: { uid: 7, gid: 7 }, allowedUsers: null }, 0)).toThrow(/may not run as root/)
})
