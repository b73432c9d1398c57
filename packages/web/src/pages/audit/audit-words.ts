import { useTranslation } from 'react-i18next'
import type en from '../../i18n/en/index.ts'

type Words = (typeof en)['audit']

/** Words of what is done, and to which kind of thing; what has none is shown as it is. */
export function useAuditWords() {
  const { t, i18n } = useTranslation()
  const word = (part: 'kinds' | 'actions', name: string) => {
    const key = `audit.${part}.${name.replaceAll(' ', '_')}`
    return i18n.exists(key) ? t(key as `audit.kinds.${keyof Words['kinds']}`) : name
  }
  return { kind: (name: string) => word('kinds', name), action: (name: string) => word('actions', name) }
}
