-- How many lines executions have: the number that the next line of each gets.
-- $1 executions
SELECT e.id, (SELECT c.first_no + c.lines FROM log_chunks c WHERE c.execution_id = e.id ORDER BY c.first_no DESC LIMIT 1)
       AS total
FROM unnest($1::text[]) AS e (id)
