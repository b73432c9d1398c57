import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../api/types.ts'
import classes from './schedule-builder.module.css'

export type FieldFault = Schema<'FieldError'>

/** What the server says about a field, with its mend at a click where it knows one. */
export function FaultText({ fault, onUse }: { fault: FieldFault; onUse?: ((suggestion: string) => void) | undefined }) {
  const { t } = useTranslation()
  const { suggestion } = fault
  return (
    <>
      {fault.message}
      {suggestion !== undefined && onUse && (
        <UnstyledButton className={classes.mend} onClick={() => onUse(suggestion)}>
          {t('schedule.suggestion', { suggestion })}
        </UnstyledButton>
      )}
    </>
  )
}
