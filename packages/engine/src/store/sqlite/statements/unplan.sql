-- Takes back that an occurrence was planned.
-- ?1 schedule
UPDATE schedules SET planned = planned - 1 WHERE id = ?1
