import { Button } from '@mantine/core'
import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../ui/empty-state.tsx'

/** A page that threw while it was drawn, or whose code could not be loaded after an update of the server. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  return (
    <EmptyState isPage title={t('problem.crashed')} text={error instanceof Error ? error.message : String(error)}>
      <Button
        variant="default"
        onClick={() => {
          reset()
          location.reload()
        }}
      >
        {t('actions.retry')}
      </Button>
    </EmptyState>
  )
}

export function PageNotFound() {
  const { t } = useTranslation()
  return (
    <EmptyState isPage title={t('problem.notFoundPage')}>
      <Button variant="default" component={Link} to="/">
        {t('nav.overview')}
      </Button>
    </EmptyState>
  )
}
