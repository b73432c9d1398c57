-- Adds entries to the audit, in the order given; they are sealed later.
-- $1 at, $2 tenant, $3 actor, $4 user, $5 credential, $6 address, $7 request, $8 kind, $9 subject, $10 its name, $11 action,
-- $12 outcome, $13 payload
INSERT INTO audit (at, tenant_id, actor, user_id, credential, address, request_id, kind, subject_id, subject_name, action,
                   outcome, payload)
SELECT a.at, a.tenant_id, a.actor, a.user_id, a.credential, a.address, a.request_id, a.kind, a.subject_id, a.subject_name,
       a.action, a.outcome, a.payload
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::text[])
     WITH ORDINALITY AS a (at, tenant_id, actor, user_id, credential, address, request_id, kind, subject_id, subject_name,
                           action, outcome, payload, no)
ORDER BY a.no
