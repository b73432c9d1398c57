-- The highest number that the history has given out; of rows that are not committed yet too.
SELECT last_value AS seq FROM execution_history_seq
