import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { identityQuery } from '../../ground/identity.ts'
import { changeLanguage } from '../../i18n/i18n.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

type User = Schema<'User'>

/** What one may say of oneself. */
export function ProfileForm({ user }: { user: User }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const initial = { display_name: user.display_name, language: user.language ?? '' }
  const form = useForm(initial, async ({ display_name, language }) => {
    const chosen = language === '' ? null : (language as NonNullable<User['language']>)
    await api.PATCH('/api/auth/profile', { body: { display_name, language: chosen } })
    if (chosen !== null) await changeLanguage(chosen)
    await queryClient.invalidateQueries({ queryKey: identityQuery.queryKey })
    notifications.show({ message: t('settings.account.saved') })
  })
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <TextInput label={t('settings.account.displayName')} required {...form.text('display_name')} />
        <Select
          label={t('settings.account.language')}
          allowDeselect={false}
          data={[
            { value: '', label: t('settings.account.asBrowser') },
            { value: 'en', label: 'English' },
            { value: 'zh', label: '中文' },
          ]}
          value={form.values.language}
          onChange={(value) => form.set('language', (value ?? '') as typeof initial.language)}
        />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Group>
          <Button type="submit" loading={form.isBusy}>
            {t('actions.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
