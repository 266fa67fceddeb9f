-- Which part shows which item: an item that no part shows any longer is gone.
-- A pass asks for everything that a part has in a period; passes are numbered.
ALTER TABLE part ADD COLUMN pass INTEGER NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN pass_from INTEGER; -- the period of the pass, null for an open end
ALTER TABLE part ADD COLUMN pass_to INTEGER;

CREATE TABLE sighting (
  item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  part INTEGER NOT NULL REFERENCES part,
  pass INTEGER NOT NULL,
  PRIMARY KEY (item, part)
) STRICT, WITHOUT ROWID;

INSERT INTO sighting (item, part, pass)
  SELECT item.key, batch.part, 0 FROM item JOIN batch ON batch.key = item.batch;
