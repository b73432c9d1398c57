import { CONFIG_FIELDS, type ConfigField } from './schema-fields.ts'

/** The tables of docs/reference/configuration.md: every setting with its variable, default and meaning. */
export function configReference(): string {
  const sections = new Map<string, ConfigField[]>()
  for (const field of CONFIG_FIELDS) {
    const section = field.path.length === 1 ? '' : field.path[0]!
    sections.set(section, [...(sections.get(section) ?? []), field])
  }
  return [...sections].map(([section, fields]) => table(section, fields)).join('\n')
}

function table(section: string, fields: ConfigField[]): string {
  const title = section === '' ? '## Top level' : `## \`${section}\``
  const head = '| key | variable | default | meaning |\n| --- | --- | --- | --- |'
  return `${title}\n\n${head}\n${fields.map(row).join('\n')}\n`
}

function row(field: ConfigField): string {
  const key = field.path.length === 1 ? field.path[0] : field.path.slice(1).join('.')
  const range = field.minimum !== null && field.maximum !== null ? ` ${field.minimum} to ${field.maximum}.` : ''
  const options = field.options === null ? '' : ` One of ${field.options.map((option) => `\`${option}\``).join(', ')}.`
  const isEmpty = typeof field.fallback === 'object' && field.fallback !== null
  const fallback = isEmpty ? '(none)' : `\`${JSON.stringify(field.fallback)}\``
  const secret = field.isSecret ? ' A secret: shown nowhere.' : ''
  return `| \`${key}\` | \`${field.variable}\` | ${fallback} | ${field.description}${range}${options}${secret} |`
}
