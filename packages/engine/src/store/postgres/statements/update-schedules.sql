-- Gives schedules other rules and cursors; their ids, and so their places in the ledger, stay.
-- $1 schedules, $2 rules, $3 cursors or null, $4 highest due instant that can be answered of each
UPDATE schedules s SET rule_id = c.rule_id, next_due_at = c.next_due_at,
    last_due_at = CASE WHEN s.last_due_at > c.after THEN c.after ELSE s.last_due_at END
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS c (id, rule_id, next_due_at, after)
WHERE s.id = c.id
