import i18next from 'i18next'
import type { TaskDocument } from './task-document.ts'

export const EXAMPLES = ['backup', 'health', 'report', 'cleanup'] as const
export type Example = (typeof EXAMPLES)[number]

const REPORT = `import datetime

month = datetime.date.today().strftime("%Y-%m")
print(f"Report for {month}")
print("::progress::100 done")
`

const BACKUP = `set -eu
mkdir -p "$BACKUP_DIR"
tar -czf "$BACKUP_DIR/backup-$(date +%F).tar.gz" -C "$SOURCE_DIR" .
ls -1t "$BACKUP_DIR"/backup-*.tar.gz | tail -n +8 | xargs -r rm --`

const DOCUMENTS: Readonly<Record<Example, TaskDocument>> = {
  backup: {
    group: 'backup',
    type: 'shell',
    command: BACKUP,
    env: { BACKUP_DIR: '/tmp/backups', SOURCE_DIR: '/etc/default' },
    schedule: { type: 'daily', times: ['02:00'] },
    timeout_seconds: 3_600,
    retry: { max_attempts: 3, backoff: 'exponential' },
  },
  health: {
    group: 'monitoring',
    type: 'http',
    http: { url: 'https://example.com/', expect_status: '2xx' },
    schedule: { type: 'interval', every: 5, unit: 'minutes', aligned: true },
    timeout_seconds: 30,
  },
  report: {
    group: 'reports',
    type: 'python',
    source: REPORT,
    schedule: { type: 'monthly', days: ['last_weekday'], times: ['18:00'] },
  },
  cleanup: {
    group: 'clean-up',
    type: 'shell',
    command: 'find /tmp -maxdepth 1 -type f -mtime +30 -print',
    schedule: { type: 'weekly', days: ['mon', 'tue', 'wed', 'thu', 'fri'], times: ['18:30'] },
  },
}

export function isExample(name: string | undefined): name is Example {
  return EXAMPLES.some((example) => example === name)
}

/** A complete task to begin from, named and described in the page's language. */
export function exampleDocument(example: Example): TaskDocument {
  return {
    name: i18next.t(`editor.examples.${example}.name`),
    description: i18next.t(`editor.examples.${example}.description`),
    ...DOCUMENTS[example],
  }
}
