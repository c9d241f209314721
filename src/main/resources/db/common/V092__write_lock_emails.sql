-- Held by whoever gives an e-mail address to a directory that takes no address of another one.
INSERT INTO write_lock (name)
SELECT 'emails' FROM (SELECT COUNT(*) AS n FROM write_lock) known WHERE known.n = 0;
