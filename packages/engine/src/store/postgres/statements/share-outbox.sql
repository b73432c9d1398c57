-- Keeps the wants of consumers as they are until the transaction ends; many may do so at once.
SELECT pg_advisory_xact_lock_shared(hashtext(current_schema()), 1)
