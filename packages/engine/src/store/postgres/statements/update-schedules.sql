-- Gives schedules other rules and cursors; their ids, and so their places in the ledger, stay.
-- $1 schedules, $2 rules, $3 cursors or null
UPDATE schedules s SET rule_id = c.rule_id, next_due_at = c.next_due_at
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS c (id, rule_id, next_due_at)
WHERE s.id = c.id
