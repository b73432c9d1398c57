import type { TFunction } from 'i18next'
import { formatList } from '../../format/list.ts'
import { capabilityOf, selectorText, type Target } from './target.ts'

/** Where a task runs, in a few words: which nodes may have it, and how one of them is picked. */
export function targetWords(target: Target, t: TFunction): string {
  if (target.kind === 'local') return t('target.local')
  const { service, languages, model } = capabilityOf(target)
  const selector = selectorText(target.selector)
  const parts = [
    target.pool !== undefined && t('target.words.pool', { name: target.pool }),
    target.node_id !== undefined && t('target.words.node', { name: target.node_id }),
    selector !== '' && t('target.words.selector', { selector }),
    service !== '' && t('target.words.service', { service }),
    languages.length > 0 && formatList(languages),
    model,
    target.broadcast !== undefined && t('target.words.broadcast'),
    target.shards !== undefined && t('target.words.shards', { count: target.shards }),
    target.strategy !== undefined && t(`target.strategies.${target.strategy}`),
  ].filter((part): part is string => typeof part === 'string' && part !== '')
  return parts.length === 0 ? t('target.anyNode') : parts.join(' · ')
}
