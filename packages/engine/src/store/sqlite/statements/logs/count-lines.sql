-- How many lines an execution has: the number that its next line gets.
-- ?1 execution
SELECT first_no + lines AS total FROM log_chunks WHERE execution_id = ?1 ORDER BY first_no DESC LIMIT 1
