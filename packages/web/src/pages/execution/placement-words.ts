import { useTranslation } from 'react-i18next'

/** A reason code in words; one that has none here is shown as it is. */
export function useReasonWord() {
  const { t } = useTranslation()
  return (code: string) => t(`where.reasons.${code as 'FULL'}`, { defaultValue: code })
}

export function useStrategyWord() {
  const { t } = useTranslation()
  return (strategy: string) => t(`target.strategies.${strategy as 'random'}`, { defaultValue: strategy })
}
