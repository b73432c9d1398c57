import { Alert, Button, CopyButton, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './shown-once.module.css'

interface ShownOnceProps {
  /** What it is, and that it will not be seen again. */
  children: ReactNode
  value: string
  onClose: () => void
}

/** Something secret that is to be copied now or never. */
export function ShownOnce({ children, value, onClose }: ShownOnceProps) {
  const { t } = useTranslation()
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light">
        {children}
      </Alert>
      <code className={classes.secret}>{value}</code>
      <Group justify="flex-end">
        <CopyButton value={value}>
          {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'actions.copied' : 'actions.copy')}</Button>}
        </CopyButton>
        <Button variant="default" onClick={onClose}>
          {t('actions.close')}
        </Button>
      </Group>
    </Stack>
  )
}
