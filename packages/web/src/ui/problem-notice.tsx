import { Alert, Button, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { toProblem } from '../api/problem.ts'

/** What the server said, where the content would have been. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation()
  const problem = toProblem(error)
  const errors = problem.problem?.errors ?? []
  // The sentence of a problem of fields is the first of them.
  const isListed = errors.some(({ message }) => problem.message.includes(message))
  return (
    <Alert
      color={problem.status === 202 ? 'yellow' : 'red'}
      variant="light"
      role="alert"
      icon={<IconAlertCircle size={18} />}
      title={problem.isOffline ? t('problem.title') : (problem.problem?.title ?? t('problem.title'))}
    >
      {!isListed && <Text size="sm">{problem.isOffline ? t('problem.offline') : problem.message}</Text>}
      {errors.map(({ path, message }) => (
        <Text size="sm" key={`${path}${message}`}>
          <span className="mono">{path}</span> {message}
        </Text>
      ))}
      {problem.problem?.missing && <Text size="sm">{problem.problem.missing.mend}</Text>}
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
