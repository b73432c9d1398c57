import { Button, Modal, MultiSelect, SegmentedControl, Stack, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { nodesQuery, type Pool } from '../../subjects/node/node-queries.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { notifyDone } from '../../ui/notify-done.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

interface PoolFormProps {
  /** Null makes one. */
  pool: Pool | null
  onClose: () => void
}

const WAYS = ['selector', 'manual'] as const

/** Makes a pool by label selector or by hand, or changes one. */
export function PoolForm({ pool, onClose }: PoolFormProps) {
  const { t } = useTranslation()
  const title = pool === null ? t('nodes.pools.add') : t('nodes.pools.editTitle', { name: pool.name })
  return (
    <Modal opened onClose={onClose} title={title}>
      <Form pool={pool} onDone={onClose} />
    </Modal>
  )
}

/** The paths of its values are those that the API has for them; `way` says which of two is sent. */
function valuesOf(pool: Pool | null) {
  return {
    name: pool?.name ?? '',
    description: pool?.origin === 'auto' ? '' : (pool?.description ?? ''),
    way: (pool?.origin === 'manual' ? 'manual' : 'selector') as (typeof WAYS)[number],
    selector: pool?.selector ?? '',
    members: [...(pool?.members ?? [])],
    requires_gpu: pool?.requires_gpu ?? false,
  }
}

function Form({ pool, onDone }: { pool: Pool | null; onDone: () => void }) {
  const { t } = useTranslation()
  const form = useForm(valuesOf(pool), async ({ name, way, ...values }) => {
    const { description, requires_gpu } = values
    const by = way === 'selector' ? { selector: values.selector } : { selector: null, members: values.members }
    const body = { description, requires_gpu, ...by }
    if (pool === null) await api.POST('/api/scheduler/pools', { body: { name, ...body } })
    else await api.PUT('/api/scheduler/pools/{pool}', { params: { path: { pool: pool.name } }, body })
    notifyDone(t(pool === null ? 'nodes.pools.added' : 'nodes.pools.saved', { name }))
    onDone()
  })
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        {pool === null && (
          <TextInput
            label={t('nodes.pools.name')}
            description={t('nodes.pools.nameNote')}
            required
            data-autofocus
            {...form.text('name')}
          />
        )}
        <TextInput label={t('nodes.pools.description')} {...form.text('description')} />
        <WayFields form={form} />
        <Switch
          label={t('nodes.pools.requiresGpu')}
          description={t('nodes.pools.requiresGpuNote')}
          checked={form.values.requires_gpu}
          onChange={(event) => form.set('requires_gpu', event.currentTarget.checked)}
        />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t(pool === null ? 'nodes.pools.add' : 'actions.save')}
        </Button>
      </Stack>
    </form>
  )
}

function WayFields({ form }: { form: ReturnType<typeof useForm<ReturnType<typeof valuesOf>>> }) {
  const { t } = useTranslation()
  const { way } = form.values
  const nodes = useQuery({ ...nodesQuery(), enabled: way === 'manual' }).data?.nodes ?? []
  return (
    <>
      <SegmentedControl
        aria-label={t('nodes.pools.origin')}
        data={WAYS.map((value) => ({ value, label: t(`nodes.pools.origins.${value}`) }))}
        value={way}
        onChange={(next) => form.set('way', next as (typeof WAYS)[number])}
      />
      {way === 'selector' ? (
        <TextInput
          label={t('nodes.selector')}
          description={t('nodes.selectorNote')}
          placeholder="zone=a, disk in (ssd, nvme), !spot"
          required
          styles={{ input: { fontFamily: 'var(--rota-mono)' } }}
          {...form.text('selector')}
        />
      ) : (
        <MultiSelect
          label={t('nodes.pools.members')}
          searchable
          data={nodes.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` }))}
          {...form.field('members')}
        />
      )}
    </>
  )
}
