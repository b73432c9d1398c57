-- Asks whoever has executions in hand to stop them. A wish for good is not weakened by a later one.
-- $1 seqs, $2 reasons, $3 whether only where they have not started, $4 now
INSERT INTO cancellations (seq, reason, if_unstarted, at)
SELECT u.seq, u.reason, $3, $4 FROM unnest($1::bigint[], $2::text[]) AS u (seq, reason)
ON CONFLICT (seq) DO UPDATE
SET reason = excluded.reason, if_unstarted = least(cancellations.if_unstarted, excluded.if_unstarted)
