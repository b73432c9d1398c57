-- How many executions of some tasks hold a slot, and which; and whether they have it until their end.
-- $1 tasks
SELECT t.seq AS "taskSeq", h.seq AS holder, h.overlap = 'in_turn' AS "inTurn"
FROM unnest($1::bigint[]) AS t (seq) JOIN executions h ON h.task_seq = t.seq AND h.admitted = 1
ORDER BY h.seq
