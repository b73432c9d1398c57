import type { AuditDraft } from './draft.ts'

/** An entry with its place in the chain. */
export interface SealedEntry extends AuditDraft {
  /** Counted from 1 without a gap. */
  readonly seq: number
  /** SHA-256 of the payload as hexadecimal text; null where there is none. It stays when the payload is removed. */
  readonly payloadHash: string | null
  /** SHA-256 of the entry before it and of this one. */
  readonly hash: string
}

/** What the first entry follows. */
export const CHAIN_START = '0'.repeat(64)

/** SHA-256 of a text in UTF-8, as hexadecimal text. */
export type Sha256 = (text: string) => string

type Linked = Omit<SealedEntry, 'hash' | 'payload'>

/**
 * What the hash of an entry is made of: the hash of the one before, and the entry as canonical JSON (RFC 8785, which for
 * texts, whole numbers and null is what JSON.stringify writes with its keys in order).
 */
export function linkText(previous: string, entry: Linked): string {
  return (
    previous +
    JSON.stringify({
      action: entry.action,
      actor: entry.actor,
      address: entry.address,
      at: entry.at,
      credential: entry.credential,
      kind: entry.kind,
      outcome: entry.outcome,
      payload_hash: entry.payloadHash,
      request_id: entry.requestId,
      seq: entry.seq,
      subject_id: entry.subjectId,
      subject_name: entry.subjectName,
      tenant_id: entry.tenantId,
      user_id: entry.userId,
    })
  )
}

/** Seals entries in their order behind the last that is sealed. */
export function seal<Draft extends AuditDraft>(
  drafts: readonly Draft[],
  last: Pick<SealedEntry, 'seq' | 'hash'> | null,
  sha256: Sha256,
): (Draft & SealedEntry)[] {
  let { seq, hash } = last ?? { seq: 0, hash: CHAIN_START }
  return drafts.map((draft) => {
    seq++
    const payloadHash = draft.payload === null ? null : sha256(draft.payload)
    hash = sha256(linkText(hash, { ...draft, seq, payloadHash }))
    return { ...draft, seq, payloadHash, hash }
  })
}
