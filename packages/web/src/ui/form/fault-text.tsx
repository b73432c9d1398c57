import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './fault-text.module.css'
import type { FieldFault } from './faults.ts'

/** What the server says about a field, with its mend at a click where it knows one. */
export function FaultText({ fault, onUse }: { fault: FieldFault; onUse?: ((suggestion: string) => void) | undefined }) {
  const { t } = useTranslation()
  const { suggestion } = fault
  return (
    <>
      {fault.message}
      {suggestion !== undefined && onUse && (
        <UnstyledButton className={classes.mend} onClick={() => onUse(suggestion)}>
          {t('form.use', { suggestion })}
        </UnstyledButton>
      )}
    </>
  )
}
