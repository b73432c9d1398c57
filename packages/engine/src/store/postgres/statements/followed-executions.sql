-- Which rows a later occurrence of the same schedule may stand for, because it waits beyond its grace time, too.
-- $1 seqs, $2 now
SELECT e.seq FROM executions e
WHERE e.seq = ANY($1::bigint[])
  AND EXISTS (SELECT 1 FROM executions l
              WHERE l.schedule_id = e.schedule_id AND l.due_at > e.due_at AND l.merge_after < $2 AND l.state < 4)
