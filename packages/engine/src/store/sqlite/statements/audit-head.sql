-- The last entry of the audit.
SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1
