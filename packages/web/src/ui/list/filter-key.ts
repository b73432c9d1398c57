/** A filter by name: `status:failed`. */
export interface FilterKey {
  /** As it is typed and stands in the URL. */
  key: string
  label: string
  /** What it may be, when that is a short list. `text` is shown beside the value. */
  values?: readonly { value: string; text: string }[]
  /** What is wrong with a value and what is right, in the page's language; null when nothing is. */
  check?: (value: string) => string | null
}
