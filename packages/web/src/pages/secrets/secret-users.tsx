import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { TaskLink } from '../../subjects/task/task-link.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useSecret } from './secret-queries.ts'
import classes from './secrets.module.css'

/** The tasks that refer to a secret, as far as the reader sees them. */
export function SecretUsers({ name }: { name: string }) {
  const { t } = useTranslation()
  const { data: secret, error } = useSecret(name)
  if (error) return <ProblemNotice error={error} />
  if (secret === undefined) return null
  const hidden = secret.used_by - secret.tasks.length
  return (
    <>
      {secret.used_by === 0 && <Text size="sm">{t('secrets.unused')}</Text>}
      <ul className={classes.tasks}>
        {secret.tasks.map((task) => (
          <li key={task.id}>
            <TaskLink taskId={task.id}>{task.name}</TaskLink>
            {!task.enabled && ` (${t('secrets.disabled')})`}
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <Text size="sm" mt="sm">
          {t('secrets.others', { count: hidden })}
        </Text>
      )}
    </>
  )
}
