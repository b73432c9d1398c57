-- Whether an entry of the outbox waits for its number.
SELECT EXISTS (SELECT 1 FROM happenings WHERE seq IS NULL) AS some
