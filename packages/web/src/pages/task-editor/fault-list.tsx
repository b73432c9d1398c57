import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { FieldFault } from '../../ui/form/faults.ts'
import classes from './task-editor.module.css'

interface FaultListProps {
  faults: readonly FieldFault[]
  isChecking: boolean
  isFine: boolean
  isUnchanged: boolean
}

/** What the server says about the whole, also about fields that are out of sight. */
export function FaultList({ faults, isChecking, isFine, isUnchanged }: FaultListProps) {
  const { t } = useTranslation()
  const word = isChecking ? 'checking' : isUnchanged ? 'unchanged' : 'fine'
  return (
    <div aria-live="polite" data-testid="faults" data-checking={isChecking || undefined}>
      {faults.length === 0 ? (
        <Text size="xs" c="dimmed">
          {isFine || isChecking ? t(`editor.${word}`) : t('editor.faults', { count: 1 })}
        </Text>
      ) : (
        <>
          <Text size="xs" fw={550} mb={4}>
            {t('editor.faults', { count: faults.length })}
          </Text>
          <ul className={classes.faults}>
            {faults.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path}</code> {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
