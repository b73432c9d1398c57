-- What the end of an attempt needs to know of its row, if the caller's fence is current.
-- ?1 seq, ?2 claim seq
SELECT task_seq AS taskSeq, overlap, keys, admitted FROM executions WHERE seq = ?1 AND claim_seq = ?2 AND state >= 3
