/** Who is signed in. */
export const IDENTITY = { key: ['identity'], path: '/api/auth/me' } as const
