import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../ground/identity.ts'

/** What fills an empty page: a task of one's own, or one that is there and can be run. */
export function FirstSteps() {
  const { t } = useTranslation()
  const mayEdit = useMay('edit')
  return (
    <Group gap="sm">
      {mayEdit && (
        <Button component={Link} to="/tasks/new">
          {t('overview.newTask')}
        </Button>
      )}
      <Button component={Link} to="/tasks" variant="default">
        {t('tasks.goThere')}
      </Button>
    </Group>
  )
}
