import { Select, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'

export type Role = Schema<'AccountRole'>
const ROLES = ['none', 'viewer', 'operator', 'editor', 'admin'] as const satisfies Role[]

interface RoleSelectProps {
  value: Role
  onChange: (role: Role) => void
  isDisabled?: boolean
  label?: string
  error?: ReactNode
}

export function RoleSelect({ value, onChange, isDisabled = false, label, error }: RoleSelectProps) {
  const { t } = useTranslation()
  return (
    <Select
      label={label}
      aria-label={t('settings.users.role')}
      disabled={isDisabled}
      error={error}
      allowDeselect={false}
      data={ROLES.map((role) => ({ value: role, label: t(`settings.roles.${role}`) }))}
      renderOption={({ option }) => (
        <div>
          <div>{option.label}</div>
          <Text size="xs" c="dimmed">
            {t(`settings.roleTexts.${option.value as Role}`)}
          </Text>
        </div>
      )}
      value={value}
      onChange={(role) => role !== null && role !== value && onChange(role as Role)}
      comboboxProps={{ width: 260, position: 'bottom-start' }}
      maw={label === undefined ? 160 : undefined}
    />
  )
}
