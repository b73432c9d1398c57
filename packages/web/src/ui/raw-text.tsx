import classes from './raw-text.module.css'

/** Text of a program as it came: output, an error, JSON. */
export function RawText({ children }: { children: string }) {
  return <pre className={classes.raw}>{children}</pre>
}
