-- A token ends with the token that made it: `made_by` is its id. Null: made by a person; `server`: the server's own, for
-- the command line beside it.

ALTER TABLE api_tokens ADD COLUMN made_by TEXT;
CREATE INDEX api_tokens_by_maker ON api_tokens (made_by);
