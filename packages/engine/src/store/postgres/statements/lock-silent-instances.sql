-- Instances whose lease ended long ago; locked, so that none of them claims meanwhile.
-- $1 before which instant their lease ended
SELECT seq FROM instances WHERE lease_until < $1 ORDER BY seq FOR UPDATE SKIP LOCKED
