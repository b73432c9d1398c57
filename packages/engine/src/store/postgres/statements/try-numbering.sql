-- Whether this transaction alone may number entries.
SELECT pg_try_advisory_xact_lock(hashtext(current_schema()), 2) AS "isAlone"
