-- emails: held by whoever gives an e-mail address to a directory that takes no address of another one.
-- last-holder: held by whoever decides that a role may be revoked since another account holds it.
INSERT INTO write_lock (name)
SELECT 'emails' FROM (SELECT COUNT(*) AS n FROM write_lock) known WHERE known.n = 0
UNION ALL
SELECT 'last-holder' FROM (SELECT COUNT(*) AS n FROM write_lock) known WHERE known.n = 0;
