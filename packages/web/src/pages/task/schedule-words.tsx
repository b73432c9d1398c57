import { useQuery } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { currentLanguage } from '../../i18n/i18n.ts'
import { plainText } from './revision-diff.ts'

type Rule = Schema<'ScheduleRule'>

/** A rule as the server says it; as it is written until that is known, and where it is never due again. */
export function ScheduleWords({ rule }: { rule: Rule }) {
  const { data: preview } = useQuery({
    queryKey: ['preview', 'words', JSON.stringify(rule)],
    queryFn: () => data(api.POST('/api/scheduler/schedules/preview', { body: { schedule: rule, count: 1 } })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (preview === undefined) return plainText(rule)
  const words = preview.words[currentLanguage()]
  return preview.cron === null || typeof rule !== 'string' ? words : `${words} (${rule})`
}
