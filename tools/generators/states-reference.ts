import { TRANSITIONS } from '@rota/core'
import { STAGES } from '../../packages/engine/src/duties/stages.ts'

/** The page of what an execution can be, and the ways from one to another. */
export async function statesReference(): Promise<string> {
  const names = (list: readonly string[]) =>
    list.length === 0 ? 'final' : list.map((name) => `\`${name}\``).join(', ')
  const statuses = Object.entries(TRANSITIONS).map(([status, next]) => `| \`${status}\` | ${names(next)} |`)
  const stages = Object.entries(STAGES).map(
    ([stage, { means, leads }]) => `| \`${stage}\` | ${means} | ${names(leads)} |`,
  )
  return `<!-- Generated from packages/core/src/execution.ts and packages/engine/src/duties/stages.ts by \`npm run docs\`; do not edit. -->

# States of an execution

## Status

What the API shows. A retry takes \`running\` back to \`pending\`.

| status | may become |
| --- | --- |
${statuses.join('\n')}

## Stages in an instance's hands

From its claim to its end an execution is in the hands of one instance, and there in one of these stages. Nobody outside
sees them, but for the reason that \`explain\` gives.

| stage | means | may become |
| --- | --- | --- |
${stages.join('\n')}
`
}
