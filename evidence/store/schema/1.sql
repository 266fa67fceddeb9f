-- Times are microseconds since 1970 UTC. Words that repeat are kept once.
CREATE TABLE class (
  key    INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  kind   TEXT NOT NULL,
  UNIQUE (source, kind)
) STRICT;

CREATE TABLE query (
  key  INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE part (
  key    INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  name   TEXT NOT NULL,
  cursor TEXT NOT NULL,
  UNIQUE (source, name)
) STRICT;

-- A batch that brought something new: where its items' content is from.
CREATE TABLE batch (
  key        INTEGER PRIMARY KEY,
  part       INTEGER NOT NULL REFERENCES part,
  query      INTEGER NOT NULL REFERENCES query,
  fetched_at INTEGER
) STRICT;

CREATE TABLE item (
  key      INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE,
  class    INTEGER NOT NULL REFERENCES class,
  batch    INTEGER NOT NULL REFERENCES batch,
  first_at INTEGER,            -- the first and the last moment that counts,
  last_at  INTEGER,            -- null for an item without any
  gone_at  INTEGER,
  raw      ANY,                -- hash of the raw answer, in 32 bytes where it is one
  sum      BLOB NOT NULL,      -- of all that the item says: tells whether it changed or was damaged
  body     TEXT NOT NULL       -- the item as JSON, without id, source and kind
) STRICT;

CREATE INDEX item_span ON item (first_at, last_at);

CREATE TABLE coverage (
  key       INTEGER PRIMARY KEY,
  source    TEXT NOT NULL,
  from_at   INTEGER,           -- null for an open end
  to_at     INTEGER,
  zone      TEXT NOT NULL,
  asked_at  INTEGER NOT NULL,
  took      INTEGER NOT NULL,  -- nanoseconds
  state     TEXT NOT NULL,
  why       TEXT NOT NULL,
  parts     TEXT NOT NULL      -- JSON
) STRICT;

CREATE INDEX coverage_of ON coverage (source, asked_at);
