export { CLIENT, startOidcProvider, type TestProvider } from './oidc.ts'
export { type OwnDirectory, PEOPLE_PASSWORD, startSlapd } from './slapd.ts'
export { totpAt } from './totp.ts'
export { passProvider, Visitor } from './visitor.ts'
