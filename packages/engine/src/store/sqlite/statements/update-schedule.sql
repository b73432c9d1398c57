-- Gives a schedule another rule and cursor; its id, and so its place in the ledger, stays.
-- ?1 schedule, ?2 rule, ?3 cursor or null, ?4 highest due instant that can be answered
UPDATE schedules SET rule_id = ?2, next_due_at = ?3, last_due_at = min(last_due_at, ?4) WHERE id = ?1
