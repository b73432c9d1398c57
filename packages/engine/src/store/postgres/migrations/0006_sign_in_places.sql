-- Where people have signed in from: an IPv4 address, or the first 64 bits of an IPv6 address. Guesses from elsewhere
-- cannot lock them out there.

CREATE TABLE sign_in_places (
  user_id      TEXT NOT NULL,
  place        TEXT NOT NULL,
  last_used_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, place)
);
