-- Grants that end by themselves, and grants to API tokens.

-- From this instant on a grant counts for nothing. Null: it has no end.
ALTER TABLE grants ADD COLUMN expires_at INTEGER;

-- Whether a token holds only what is granted to it, of that no more than its owner may. From its first grant on.
ALTER TABLE api_tokens ADD COLUMN grants_only INTEGER NOT NULL DEFAULT 0;
