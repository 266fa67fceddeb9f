-- A store as the first version wrote it, with rows.
PRAGMA page_size = 16384;
PRAGMA application_id = 1685025651;
PRAGMA user_version = 1;

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

INSERT INTO class VALUES (1,'github','pull_request'),(2,'github','issue'),(3,'jira','ticket'),(4,'notes','note');
INSERT INTO query VALUES (1,'author:robin'),(2,'assignee = robin'),(3,'');
INSERT INTO part VALUES (1,'github','search','2026-01-09T09:30:00Z'),(2,'jira','board 12','{"next":2}'),(3,'notes','vault','');
INSERT INTO batch VALUES (1,1,1,1768901400000000),(2,2,2,1768987800000000),(3,3,3,NULL);
INSERT INTO item VALUES (1,'github:acme/api#12',1,1,1767605400000000,1767951000000000,NULL,x'6b51d431df5d7f141cbececcf79edf3dd861c3b4069f0b11661a3eefacbba918',x'f5e8df39cd889965b42e522cfe390d4b','{"title":"Cache the tokenizer","url":"https://github.test/acme/api/pull/12","private":true,"acts":[{"at":"2026-01-05T09:30:00Z","verb":"opened"},{"at":"2026-01-07T09:30:00Z","verb":"commented","text":"It''s 3x faster"}],"outcome":{"state":"merged","at":"2026-01-09T09:30:00Z"}}');
INSERT INTO item VALUES (2,'github:acme/api#13',2,1,1767691800000000,1767691800000000,1769333400000000,'odd hash',x'e1447333e02a5178593524b0be186c2f','{"title":"Ünïcode 😀","acts":[{"at":"2026-01-06T09:30:00Z","verb":"commented"}]}');
INSERT INTO item VALUES (3,'jira:acme/10231',3,2,1767864600000000,1767864600000000,NULL,x'189f40034be7a199f1fa9891668ee3ab6049f82d38c68be70f596eab2e1857b7',x'06823e749dc534f99ac4d7592b9d884a','{"title":"Plan","acts":[{"at":"2026-01-08T09:30:00Z","verb":"created"}]}');
INSERT INTO item VALUES (4,'notes:a.md',4,3,NULL,NULL,NULL,'',x'de71bf01b60a405ed53513cf13ad789b','{"title":"Undated","acts":[]}');
INSERT INTO coverage VALUES (1,'github',1767259800000000,NULL,'America/Vancouver',1768901400000000,1500000000,'complete','','[{"name":"search","found":2}]'),
  (2,'jira',NULL,NULL,'',1768987800000000,0,'failed','401 Unauthorized','[]');
