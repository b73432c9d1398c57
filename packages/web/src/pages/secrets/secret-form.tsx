import { Button, Stack, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './secrets.module.css'

const BLANK = { name: '', description: '', value: '' }

/** A new secret, or a new value of one that is there. What is typed is shown neither here nor later. */
export function SecretForm({ rotated, onDone }: { rotated?: string; onDone: () => void }) {
  const { t } = useTranslation()
  const form = useForm(BLANK, async ({ name, description, value }) => {
    const set =
      rotated === undefined
        ? await data(api.POST('/api/scheduler/secrets', { body: { name, description, value } }))
        : await data(
            api.POST('/api/scheduler/secrets/{secret}/rotate', {
              params: { path: { secret: rotated } },
              body: { value },
            }),
          )
    notifications.show({ message: t('secrets.set', { name: set.name, version: set.version }) })
    for (const warning of set.warnings) notifications.show({ color: 'yellow', message: warning })
    onDone()
  })
  return (
    <form onSubmit={form.onSubmit} autoComplete="off">
      <Stack gap="md">
        {rotated === undefined && (
          <>
            <TextInput
              label={t('secrets.name')}
              description={t('secrets.nameNote')}
              required
              data-autofocus
              autoComplete="off"
              {...form.text('name')}
            />
            <TextInput label={t('secrets.description')} {...form.text('description')} />
          </>
        )}
        <Textarea
          label={t('secrets.value')}
          description={t('secrets.valueNote')}
          required
          autosize
          minRows={2}
          maxRows={8}
          autoComplete="off"
          spellCheck={false}
          className={classes.hidden}
          value={form.values.value}
          error={form.field('value').error}
          onChange={(event) => form.set('value', event.currentTarget.value)}
        />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('secrets.save')}
        </Button>
      </Stack>
    </form>
  )
}
