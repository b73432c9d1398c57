-- Empties the journal of starts: the rows say it all.
DELETE FROM starts
