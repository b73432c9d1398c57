import { ALLOWED_FROM, KINDS, PERMISSIONS } from '@rota/core'

/** The page that says which role may do what on which kinds of things, made from the table that decides it. */
export async function rolesReference(): Promise<string> {
  const permissions = PERMISSIONS.filter((permission) => KINDS.some((kind) => permission in ALLOWED_FROM[kind]))
  const rows = KINDS.filter((kind) => Object.keys(ALLOWED_FROM[kind]).length > 0).map((kind) => {
    const from: Readonly<Record<string, string>> = ALLOWED_FROM[kind]
    return [kind, ...permissions.map((permission) => from[permission] ?? '–')]
  })
  const table = [['on', ...permissions], Array.from({ length: permissions.length + 1 }, () => '---'), ...rows]
  return `<!-- Generated from packages/core/src/access/kinds.ts by \`npm run docs\`; do not edit. -->

# Who may do what

From which role on something may be done to each kind of thing; \`–\`: by nobody. Executions with their logs and figures
belong to tasks, servers are nodes. What the permissions mean is told in [security](../security.md#roles).

${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}
`
}
