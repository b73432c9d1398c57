-- Addresses and ranges that a token is taken from, as a JSON array. Null: from anywhere.

ALTER TABLE api_tokens ADD COLUMN addresses TEXT;
