-- How many of some rows are claimed, and the sum of their claims: those only grow, so that an equal sum means equal claims.
-- ?1 seqs (JSON array)
SELECT count(*) AS held, total(e.claim_seq) AS claims
FROM json_each(?1) AS j CROSS JOIN executions AS e ON e.seq = j.value
WHERE e.state >= 3
