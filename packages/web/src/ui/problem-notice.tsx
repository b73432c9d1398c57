import { Alert, Button, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { toProblem } from '../api/problem.ts'

/** What the server said, where the content would have been. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation()
  const problem = toProblem(error)
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertCircle size={18} />}
      title={problem.isOffline ? t('problem.title') : (problem.problem?.title ?? t('problem.title'))}
    >
      <Text size="sm">{problem.isOffline ? t('problem.offline') : problem.message}</Text>
      {problem.problem?.errors.map(({ path, message }) => (
        <Text size="sm" key={`${path}${message}`}>
          <span className="mono">{path}</span> {message}
        </Text>
      ))}
      {problem.problem && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('problem.requestId', { id: problem.problem.request_id })}
        </Text>
      )}
      {onRetry && (
        <Button mt="sm" variant="default" onClick={onRetry}>
          {t('actions.retry')}
        </Button>
      )}
    </Alert>
  )
}
