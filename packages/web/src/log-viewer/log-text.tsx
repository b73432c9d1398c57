import Anser from 'anser'
import { memo } from 'react'
import classes from './log-viewer.module.css'

const HAS_ANSI = '\u001b['

/** A line with its ANSI colours, and with `search` marked. */
export const LogText = memo(function LogText({ text, search }: { text: string; search: string }) {
  if (!text.includes(HAS_ANSI)) return <Marked text={text} search={search} />
  let offset = 0
  return Anser.ansiToJson(text, { use_classes: true, remove_empty: true }).map((part) => {
    const key = offset
    offset += part.content.length + 1
    const names = [part.fg, ...part.decorations.map(String)].filter(Boolean)
    return (
      <span
        key={key}
        className={names.map((name) => classes[name] ?? '').join(' ')}
        data-ground={part.bg ? part.bg.replace('ansi-', '') : undefined}
      >
        <Marked text={part.content} search={search} />
      </span>
    )
  })
})

function Marked({ text, search }: { text: string; search: string }) {
  if (search === '') return text
  const parts: React.ReactNode[] = []
  const wanted = search.toLowerCase()
  const lower = text.toLowerCase()
  let from = 0
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + search.length)}</mark>)
    from = at + search.length
  }
  parts.push(text.slice(from))
  return parts
}
