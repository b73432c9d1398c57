/**
 * What commands a terminal (C0, DEL, C1: with them every CSI, OSC, DCS and APC sequence begins), ends a line where none
 * is seen to end, reorders what is read (Unicode TR36, "Trojan Source"), or cannot be seen at all. Joiners are left
 * where they join letters or emoji.
 */
const HARMFUL =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|(?<![^\0-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f])/gu

/** Text from anywhere as a terminal may get it: lines and tabs stay, everything else that is no text becomes `�`. */
export function harmless(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(HARMFUL, '\ufffd')
}

/** The same for JSON text: what is harmful is escaped, so that it says what it said. */
export function harmlessJson(json: string): string {
  // Line ends and blanks between its parts are the only control characters that JSON has.
  return json.replace(HARMFUL, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  )
}
