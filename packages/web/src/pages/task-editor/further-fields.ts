import { TASK_FIELDS, TASK_WORDS } from '../../api/task-fields.generated.ts'
import { SECTIONS } from './section-summary.ts'

/** Fields that stand above the sections, or that are not for a form. */
const ELSEWHERE = [
  ...['name', 'group', 'type', 'enabled', 'schedule', 'schedules', 'timezone'],
  ...['command', 'source', 'interpreter', 'handler', 'http', 'payload'],
  ...['hash_key', 'origin'],
]

/** Fields that the table has and no section names: they get controls by what they hold. */
export const FURTHER_FIELDS: readonly string[] = furtherFields(TASK_FIELDS)

export function furtherFields(all: readonly string[]): string[] {
  const placed: readonly string[] = [...ELSEWHERE, ...Object.values(SECTIONS).flat()]
  return all.filter((field) => !placed.includes(field))
}

/** What a field is called: the words of its flag, else its name. */
export function wordsOf(field: string, language: string): string {
  const words = TASK_WORDS[field]
  const text = (language.startsWith('zh') ? words?.zh : words?.en) ?? field.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
