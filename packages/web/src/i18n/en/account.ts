/** How one gets in: the second factor, and an invitation. */
export const account = {
  factor: {
    title: 'Second factor',
    about: 'A code from an app on your phone is asked for beside the password.',
    set: 'Set up',
    scan: 'Scan this with an authenticator app, or type the secret into it. Then enter the code that it shows.',
    picture: 'QR code of the secret',
    secret: 'Secret',
    code: 'Code',
    password: 'Your password',
    confirm: 'Turn on',
    on: 'On. {{count}} recovery codes are left.',
    remove: 'Turn off',
    renew: 'New recovery codes',
    either: 'Code, or a recovery code',
    codes:
      'These recovery codes let you in when your device is lost. Each works once. They are shown only here and now: keep them in a safe place.',
    kept: 'I have kept them',
    off: 'The second factor is off.',
    due: 'Set up a second factor',
    dueText: 'Here nobody goes on without one.',
    elsewhere: 'Your account signs in with {{source}}, which asks for a second factor itself.',
  },
  invite: {
    title: 'Welcome to Rota',
    text: 'You are {{name}} here. Choose a password.',
    password: 'Password',
    again: 'Once more',
    submit: 'Set password and sign in',
    none: 'This address holds no invitation. Use the whole link that you were given.',
  },
} as const
