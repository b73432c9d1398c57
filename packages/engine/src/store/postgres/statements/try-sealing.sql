-- Whether this transaction alone may seal entries of the audit.
SELECT pg_try_advisory_xact_lock(hashtext(current_schema()), 3) AS "isAlone"
