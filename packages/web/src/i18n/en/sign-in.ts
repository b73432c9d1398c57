export const signIn = {
  title: 'Sign in to Rota',
  username: 'User name',
  password: 'Password',
  submit: 'Sign in',
  firstTime:
    'First start? The administrator “admin” has a one-time password: the server printed it when it started, and it is in the file first-admin-password in the data directory.',
  expired: 'Your session has ended',
  expiredText: 'Sign in again to go on. What you entered on this page is still here.',
  changeTitle: 'Choose your own password',
  changeText: 'The one-time password was for the first sign-in only.',
  current: 'Current password',
  next: 'New password',
  again: 'New password, once more',
  differ: 'The two new passwords differ.',
  change: 'Change password',
} as const
