import { Button, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

/** A tenant by its id, which stays, and its name. */
export function NewTenant({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const form = useForm({ id: '', name: '' }, async ({ id, name }) => {
    await api.POST('/api/scheduler/tenants', { body: { id, ...(name !== '' && { name }) } })
    notifications.show({ message: t('tenants.added', { name: name || id }) })
    onDone()
  })
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <TextInput
          label={t('tenants.id')}
          description={t('tenants.idNote')}
          required
          data-autofocus
          autoComplete="off"
          {...form.text('id')}
        />
        <TextInput label={t('tenants.name')} {...form.text('name')} />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('tenants.add')}
        </Button>
      </Stack>
    </form>
  )
}
