import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { ActDialog } from '../../subjects/execution/act-dialog.tsx'
import { type Reading, readTargets } from '../../subjects/execution/act-targets.ts'
import { lookBackFrom } from './overview-questions.ts'

interface RerunAllProps {
  group: Schema<'FailureGroups'>['groups'][number]
  onClose: () => void
}

/** Starts anew what failed alike: says beforehand what would be skipped and why, then how far it is and what came of it. */
export function RerunAll({ group: { fingerprint, count }, onClose }: RerunAllProps) {
  const { t } = useTranslation()
  const read = (reading: Reading) => readAlike(fingerprint, reading)
  return <ActDialog act="rerun" title={t('overview.rerunTitle')} count={count} read={read} onClose={onClose} />
}

/** All of a group, of which the overview has the latest only. */
async function readAlike(fingerprint: string, reading: Reading) {
  const from = lookBackFrom()
  const alike = { params: { query: { from, fingerprint } }, signal: reading.signal }
  const { groups } = await data(api.GET('/api/scheduler/stats/failures', alike))
  const ids = groups[0]?.execution_ids ?? []
  const chosen = { isAll: false, ids, query: { status: 'failed', finished_from: from } }
  return readTargets({ act: 'rerun', chosen, count: ids.length }, reading)
}
