import { Autocomplete, type AutocompleteProps } from '@mantine/core'
import { MY_ZONE } from '../format/instant.ts'

const ZONES = [...new Set([MY_ZONE, 'UTC', ...Intl.supportedValuesOf('timeZone')])]

/** An IANA zone, typed or chosen; the viewer's own and UTC come first. What is no zone the server refuses. */
export function ZoneSelect(props: Omit<AutocompleteProps, 'data'>) {
  return <Autocomplete {...props} data={ZONES} limit={50} autoComplete="off" spellCheck={false} />
}
