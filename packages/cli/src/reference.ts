import { EXIT_CODES } from './exit.ts'
import type { CommandSpec, OptionSpec } from './spec.ts'
import { GLOBAL_OPTIONS, ROOT } from './tree/root.ts'

/** The page about the command, made from the command tree. Markdown. */
export function commandReference(): string {
  const commands = ROOT.commands ?? []
  return `<!-- Generated from packages/cli/src/tree; do not edit. -->

# The rota command

${INTRODUCTION}

## Commands

${commands.map(contentsOf).join('\n')}

## Options of every command

${optionTable(GLOBAL_OPTIONS)}

## Exit codes

| code | name | meaning |
| --- | --- | --- |
${Object.entries(EXIT_CODES)
  .map(([name, { code, meaning }]) => `| ${code} | \`${name}\` | ${meaning} |`)
  .join('\n')}

\`rota task run --follow\`, \`--wait\` and \`rota execution rerun --follow\` mirror the execution: 0 for success, the command's
own exit code where it failed with one, else 8. \`rota server\` ends with codes of its own, after sysexits(3): 64 wrong
usage, 69 port in use, 73 data directory not writable, 75 data directory open in another process, 78 wrong configuration.

${commands.map((spec) => section(spec, 'rota', 2)).join('\n')}`
}

const INTRODUCTION = `Run it as \`npx rota\` in a checkout, or as \`rota\` where it is installed; \`rota server\` starts a server, everything else
speaks to one through the HTTP API. \`rota next\`, \`rota import crontab --dry-run\`, \`rota config check\` and
\`rota completion\` need no server.

**Which server.** First match wins: \`--url\` or \`ROTA_URL\`; \`--data\` or \`ROTA_DATA_DIR\`; the last \`rota login\`; \`./data\`;
\`http://127.0.0.1:7070\`. The credential is \`ROTA_TOKEN\`, else what \`rota login\` keeps in
\`~/.config/rota/credentials.json\` (mode 0600), else the file \`cli-token\` that a running server keeps in its data directory
for those who may read it. \`rota status\` says which it is.

**Names.** A task is named by its name, its id, or a beginning of its name that fits only one. An execution is named by
its id, or by the last six or more characters of a recent one.

**Output.** Tables are for people; \`--json\` is for programs: one document of the same shape as the API's reply, or one
line of JSON per row where output streams (\`logs\`, \`task run --follow\`, \`--all\`). Results go to stdout, remarks and errors
to stderr; with \`--json\` an error is \`{"error": {"code", "exit_code", "detail", "errors": [{"path", "message"}]}}\`.
Colours and progress bars appear on terminals only.
`

function contentsOf(spec: CommandSpec): string {
  const line = `- [\`rota ${spec.name}\`](#rota-${spec.name}): ${spec.summary}`
  const inner = (spec.commands ?? []).map((each) => {
    return `  - [\`${each.name}\`](#rota-${spec.name}-${each.name}): ${each.summary}`
  })
  return [line, ...inner].join('\n')
}

function section(spec: CommandSpec, parent: string, level: number): string {
  const name = `${parent} ${spec.name}`
  const inner = (spec.commands ?? []).map((each) => section(each, name, level + 1))
  return [`${'#'.repeat(level)} ${name}\n`, ...body(spec, name), ...inner].join('\n')
}

function body(spec: CommandSpec, name: string): string[] {
  const parts = [`${capital(spec.summary)}.\n`]
  if (spec.description) parts.push(`${spec.description}\n`)
  if (!spec.load) return parts
  const args = (spec.args ?? []).map(([arg]) => ` ${arg}`).join('')
  parts.push(`    ${name}${spec.options?.length ? ' [options]' : ''}${args}\n`)
  for (const [arg, description] of spec.args ?? []) parts.push(`- \`${arg}\`: ${description}`)
  if (spec.args?.length) parts.push('')
  if (spec.options?.length) parts.push(`${optionTables(spec.options)}\n`)
  if (spec.examples?.length) {
    const lines = spec.examples.map(([line, meaning]) => `${line}  # ${meaning}`)
    parts.push(`\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`)
  }
  return parts
}

/** A table for each section of the help. */
function optionTables(options: readonly OptionSpec[]): string {
  const sections = Map.groupBy(options, ({ section: heading }) => heading)
  return [...sections]
    .map(([heading, some]) => (heading === undefined ? '' : `${heading}\n\n`) + optionTable(some))
    .join('\n\n')
}

function optionTable(options: readonly OptionSpec[]): string {
  const rows = options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, description, choices }) => {
      const allowed = choices ? `: ${choices.join(', ')}` : ''
      return `| \`${flags}\` | ${(description + allowed).replaceAll('|', '\\|')} |`
    })
  return ['| option | meaning |', '| --- | --- |', ...rows].join('\n')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
