-- Waits until no transaction is under way that goes by what consumers want, and keeps new ones waiting.
SELECT pg_advisory_xact_lock(hashtext(current_schema()), 1)
