-- Counts occurrences of a schedule that were planned, or takes them back.
-- ?1 schedule, ?2 how many
UPDATE schedules SET planned = planned + ?2 WHERE id = ?1
