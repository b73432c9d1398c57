import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { chooseTenant } from '../../api/tenant.ts'
import type { Schema } from '../../api/types.ts'
import { useTenants } from '../../ground/tenants.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { notifyProblem } from '../../ui/notify.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { NewTenant } from './new-tenant.tsx'

type Tenant = Schema<'Tenant'>

/** Those who share the server without seeing one another. */
export function TenantsTab() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [asked, setAsked] = useState<{ tenant: Tenant; act: 'disable' | 'remove' } | null>(null)
  const { tenants, error } = useTenants()
  const reload = () => queryClient.invalidateQueries({ queryKey: ['tenants'] })

  async function setDisabled({ id }: Tenant, disabled: boolean): Promise<void> {
    await api.PUT('/api/scheduler/tenants/{tenant}', { params: { path: { tenant: id } }, body: { disabled } })
    notifications.show({ message: t('tenants.changed') })
    await reload()
  }

  async function remove({ id, name }: Tenant): Promise<void> {
    await api.DELETE('/api/scheduler/tenants/{tenant}', { params: { path: { tenant: id } } })
    notifications.show({ message: t('tenants.removed', { name }) })
    await reload()
  }

  const columns = useColumns({
    onEnable: (tenant) => void setDisabled(tenant, false).catch(notifyProblem),
    onDisable: (tenant) => setAsked({ tenant, act: 'disable' }),
    onRemove: (tenant) => setAsked({ tenant, act: 'remove' }),
  })
  const name = asked?.tenant.name ?? ''
  const act = asked?.act ?? 'remove'
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
          {t('tenants.add')}
        </Button>
      </Group>
      {error && <ProblemNotice error={error} />}
      {tenants.length === 0 && !error ? (
        <EmptyState title={t('tenants.none')} text={t('tenants.noneText')} />
      ) : (
        <Panel isFlush>
          <ShortTable columns={columns} rows={tenants} rowId={({ id }) => id} minWidth={640} />
        </Panel>
      )}
      <Modal opened={isAdding} onClose={() => setAdding(false)} title={t('tenants.add')}>
        <NewTenant
          onDone={() => {
            setAdding(false)
            void reload()
          }}
        />
      </Modal>
      <Confirm
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        title={t(`tenants.${act}Title`, { name })}
        action={t(`tenants.${act}`)}
        onConfirm={() => (act === 'disable' ? setDisabled(asked!.tenant, true) : remove(asked!.tenant))}
      >
        {t(`tenants.${act}Text`)}
      </Confirm>
    </Stack>
  )
}

interface Acts {
  onEnable: (tenant: Tenant) => void
  onDisable: (tenant: Tenant) => void
  onRemove: (tenant: Tenant) => void
}

function useColumns({ onEnable, onDisable, onRemove }: Acts): ShortColumn<Tenant>[] {
  const { t } = useTranslation()
  return [
    { id: 'name', header: t('tenants.name'), isRowHeader: true, cell: ({ name }) => name },
    { id: 'id', header: t('tenants.id'), cell: ({ id }) => id },
    {
      id: 'status',
      header: t('tenants.status'),
      cell: ({ disabled }) => (
        <Text span size="sm" {...(disabled && { c: 'dimmed' })}>
          {t(disabled ? 'tenants.disabled' : 'tenants.active')}
        </Text>
      ),
    },
    {
      id: 'acts',
      header: '',
      cell: (tenant) => (
        <Group justify="flex-end" gap="sm" wrap="nowrap">
          <Button variant="default" onClick={() => chooseTenant(tenant.id)}>
            {t('tenants.look')}
          </Button>
          <Button variant="default" onClick={() => (tenant.disabled ? onEnable : onDisable)(tenant)}>
            {t(tenant.disabled ? 'tenants.enable' : 'tenants.disable')}
          </Button>
          <Button variant="default" onClick={() => onRemove(tenant)}>
            {t('tenants.remove')}
          </Button>
        </Group>
      ),
    },
  ]
}
