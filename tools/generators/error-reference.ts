import { ERROR_CATALOGUE } from '@rota/core'

/** The page that lists all error codes a caller can meet, and only these. */
export async function errorReference(): Promise<string> {
  const rows = Object.entries(ERROR_CATALOGUE)
    .sort(([, left], [, right]) => left.status - right.status)
    .map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`)
  return `<!-- Generated from packages/core/src/errors.ts by \`npm run docs\`; do not edit. -->

# Errors

Every refusal carries one of these codes. Decide by the code: it never changes its meaning, while the sentence beside it
is written for people and may be reworded. Where fields of an input are wrong, \`errors\` lists each one with its path,
what is wrong and, where known, the position and a value that would have been accepted.

| code | HTTP status | title |
| --- | --- | --- |
${rows.join('\n')}
`
}
