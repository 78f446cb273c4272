-- A store of schema 9: the sample of schema 8, upgraded.
PRAGMA application_id = 1397509707;
PRAGMA user_version = 9;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0009');
CREATE TABLE deleted_link (
	id INTEGER NOT NULL, 
	host_id BIGINT NOT NULL, 
	event_type_id BIGINT NOT NULL, 
	token VARCHAR NOT NULL, 
	label VARCHAR, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	used_at BIGINT, 
	used_by VARCHAR, 
	deletion_id BIGINT NOT NULL, used_reference VARCHAR, replaces BIGINT, note_names VARCHAR, notes VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(host_id) REFERENCES host (id), 
	FOREIGN KEY(event_type_id) REFERENCES event_type (id), 
	UNIQUE (token), 
	FOREIGN KEY(deletion_id) REFERENCES deletion (id), 
	CONSTRAINT deleted_link_host_id_is_number CHECK (host_id = CAST(host_id AS INTEGER)), 
	CONSTRAINT deleted_link_event_type_id_is_number CHECK (event_type_id = CAST(event_type_id AS INTEGER)), 
	CONSTRAINT deleted_link_token_is_text CHECK (token > '' AND token < x''), 
	CONSTRAINT deleted_link_label_is_text CHECK (label < x''), 
	CONSTRAINT deleted_link_created_at_in_milliseconds CHECK (created_at BETWEEN -62104060800000 AND 253370678400000 AND created_at = CAST(created_at AS INTEGER)), 
	CONSTRAINT deleted_link_expires_at_in_milliseconds CHECK (expires_at BETWEEN -62104060800000 AND 253370678400000 AND expires_at = CAST(expires_at AS INTEGER)), 
	CONSTRAINT deleted_link_used_at_in_milliseconds CHECK (used_at BETWEEN -62104060800000 AND 253370678400000 AND used_at = CAST(used_at AS INTEGER)), 
	CONSTRAINT deleted_link_used_by_is_text CHECK (used_by < x''), 
	CONSTRAINT deleted_link_used_reference_is_text CHECK (used_reference < x''), 
	CONSTRAINT deleted_link_replaces_is_number CHECK (replaces = CAST(replaces AS INTEGER)), 
	CONSTRAINT deleted_link_deletion_id_is_number CHECK (deletion_id = CAST(deletion_id AS INTEGER)), 
	CONSTRAINT deleted_link_note_names_is_text CHECK (note_names < x''), 
	CONSTRAINT deleted_link_notes_is_text CHECK (notes < x'')
);
INSERT INTO "deleted_link" VALUES(4,1,2,'LS7S9BQcDHXhFWUI7ftf4B',NULL,1795165200000,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL);
CREATE TABLE deletion (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	host_id BIGINT NOT NULL, 
	deleted_at BIGINT NOT NULL, 
	deleted_by VARCHAR NOT NULL, 
	FOREIGN KEY(host_id) REFERENCES host (id), 
	CONSTRAINT deletion_host_id_is_number CHECK (host_id = CAST(host_id AS INTEGER)), 
	CONSTRAINT deletion_deleted_at_in_milliseconds CHECK (deleted_at BETWEEN -62104060800000 AND 253370678400000 AND deleted_at = CAST(deleted_at AS INTEGER)), 
	CONSTRAINT deletion_deleted_by_is_text CHECK (deleted_by < x'')
);
INSERT INTO "deletion" VALUES(1,1,1795165200000,'ana');
CREATE TABLE event_type (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	host_id BIGINT NOT NULL, 
	slug VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	minutes INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	removed_at BIGINT, 
	FOREIGN KEY(host_id) REFERENCES host (id), 
	CONSTRAINT event_type_host_id_is_number CHECK (host_id = CAST(host_id AS INTEGER)), 
	CONSTRAINT event_type_slug_is_text CHECK (slug < x''), 
	CONSTRAINT event_type_name_is_text CHECK (name < x''), 
	CONSTRAINT event_type_minutes_of_a_day CHECK (minutes BETWEEN 1 AND 1440 AND minutes = CAST(minutes AS INTEGER)), 
	CONSTRAINT event_type_created_at_in_milliseconds CHECK (created_at BETWEEN -62104060800000 AND 253370678400000 AND created_at = CAST(created_at AS INTEGER)), 
	CONSTRAINT event_type_removed_at_in_milliseconds CHECK (removed_at BETWEEN -62104060800000 AND 253370678400000 AND removed_at = CAST(removed_at AS INTEGER))
);
INSERT INTO "event_type" VALUES(1,1,'final-interview','Final interview',60,1795165200000,NULL);
INSERT INTO "event_type" VALUES(2,1,'vip-demo','VIP demo',30,1795165200000,NULL);
CREATE TABLE host (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR NOT NULL, 
	preferences VARCHAR DEFAULT '{}' NOT NULL, 
	created_at BIGINT NOT NULL, 
	UNIQUE (name), 
	CONSTRAINT host_name_is_text CHECK (name < x''), 
	CONSTRAINT host_preferences_is_text CHECK (preferences < x''), 
	CONSTRAINT host_created_at_in_milliseconds CHECK (created_at BETWEEN -62104060800000 AND 253370678400000 AND created_at = CAST(created_at AS INTEGER))
);
INSERT INTO "host" VALUES(1,'ana','{"theme": "paper"}',1795165200000);
CREATE TABLE link (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	host_id BIGINT NOT NULL, 
	event_type_id BIGINT NOT NULL, 
	token VARCHAR NOT NULL, 
	label VARCHAR, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	used_at BIGINT, 
	used_by VARCHAR, used_reference VARCHAR, replaces BIGINT, note_names VARCHAR, notes VARCHAR, 
	FOREIGN KEY(host_id) REFERENCES host (id), 
	FOREIGN KEY(event_type_id) REFERENCES event_type (id), 
	UNIQUE (token), 
	CONSTRAINT link_host_id_is_number CHECK (host_id = CAST(host_id AS INTEGER)), 
	CONSTRAINT link_event_type_id_is_number CHECK (event_type_id = CAST(event_type_id AS INTEGER)), 
	CONSTRAINT link_token_is_text CHECK (token > '' AND token < x''), 
	CONSTRAINT link_label_is_text CHECK (label < x''), 
	CONSTRAINT link_created_at_in_milliseconds CHECK (created_at BETWEEN -62104060800000 AND 253370678400000 AND created_at = CAST(created_at AS INTEGER)), 
	CONSTRAINT link_expires_at_in_milliseconds CHECK (expires_at BETWEEN -62104060800000 AND 253370678400000 AND expires_at = CAST(expires_at AS INTEGER)), 
	CONSTRAINT link_used_at_in_milliseconds CHECK (used_at BETWEEN -62104060800000 AND 253370678400000 AND used_at = CAST(used_at AS INTEGER)), 
	CONSTRAINT link_used_by_is_text CHECK (used_by < x''), 
	CONSTRAINT link_used_reference_is_text CHECK (used_reference < x''), 
	CONSTRAINT link_replaces_is_number CHECK (replaces = CAST(replaces AS INTEGER)), 
	CONSTRAINT link_note_names_is_text CHECK (note_names < x''), 
	CONSTRAINT link_notes_is_text CHECK (notes < x'')
);
INSERT INTO "link" VALUES(1,1,1,'c6MnrmWsrEib5LtSFpimDH','Ana Pires',1795165200000,1795770000000,1795165200000,'Ana Pires',NULL,NULL,NULL,NULL);
INSERT INTO "link" VALUES(2,1,1,'HcUP5u1y7506SL7UMdSgFT','Bo Chen',1795165200000,1795770000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "link" VALUES(3,1,1,'53XX1FYc2H2KQXyiTlDdMn','Chloé',1795165200000,1795770000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "link" VALUES(5,1,2,'39Zg6xY3B8fuGrs0ZPboe1',NULL,1795165200000,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE link_event (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	host_id BIGINT NOT NULL, 
	link_id BIGINT NOT NULL, 
	up_to BIGINT, 
	kind VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	label_before VARCHAR, 
	label_after VARCHAR, 
	expires_before BIGINT, 
	expires_after BIGINT
);
INSERT INTO "link_event" VALUES(1,1,4,NULL,'deleted',1795165200000,NULL,NULL,NULL,NULL);
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('link','link_host','1000000 500000 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_host_unused','510000 255000 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_host_used','490000 245000 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_host_expiring','430000 215000 2 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_host_lasting','80000 40000 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_host_label','1000000 500000 5 1 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_type','1000000 100000 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_type_unused','510000 51000 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_type_used','490000 49000 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_type_expiring','430000 43000 2 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_type_lasting','80000 8000 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_damaged','1 1 1 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_host_used_at','490000 245000 2 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_damaged_use','1 1 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('link','link_noted','1000 500 1');
CREATE UNIQUE INDEX event_type_slug ON event_type (host_id, slug) WHERE removed_at IS NULL;
CREATE INDEX ix_deletion_host_id ON deletion (host_id);
CREATE INDEX ix_deleted_link_deletion_id ON deleted_link (deletion_id);
CREATE INDEX ix_deleted_link_event_type_id ON deleted_link (event_type_id);
CREATE INDEX link_host ON link (host_id, id);
CREATE INDEX link_type ON link (event_type_id, id);
CREATE INDEX link_host_unused ON link (host_id, id, expires_at, used_at) WHERE used_at IS NULL;
CREATE INDEX link_host_used ON link (host_id, id, used_at) WHERE used_at IS NOT NULL;
CREATE INDEX link_host_expiring ON link (host_id, expires_at, id, used_at) WHERE used_at IS NULL AND expires_at IS NOT NULL;
CREATE INDEX link_host_lasting ON link (host_id, id, expires_at, used_at) WHERE used_at IS NULL AND expires_at IS NULL;
CREATE INDEX link_type_unused ON link (event_type_id, id, expires_at, used_at) WHERE used_at IS NULL;
CREATE INDEX link_type_used ON link (event_type_id, id, used_at) WHERE used_at IS NOT NULL;
CREATE INDEX link_type_expiring ON link (event_type_id, expires_at, id, used_at) WHERE used_at IS NULL AND expires_at IS NOT NULL;
CREATE INDEX link_type_lasting ON link (event_type_id, id, expires_at, used_at) WHERE used_at IS NULL AND expires_at IS NULL;
CREATE INDEX link_host_label ON link (host_id, label COLLATE NOCASE, id, event_type_id, expires_at, used_at);
CREATE INDEX link_replaces ON link (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX deleted_link_replaces ON deleted_link (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX link_damaged ON link (host_id, id, event_type_id, expires_at, used_at) WHERE expires_at < -62104060800000 OR expires_at > 253370678400000;
CREATE INDEX link_host_used_at ON link (host_id, used_at, id, event_type_id) WHERE used_at IS NOT NULL;
CREATE INDEX link_damaged_use ON link (host_id, id, event_type_id, used_at) WHERE used_at < -62104060800000 OR used_at > 253370678400000;
CREATE INDEX link_event_host ON link_event (host_id, id);
CREATE INDEX link_event_link ON link_event (link_id, id) WHERE kind NOT IN ('generated', 'used');
CREATE TRIGGER link_is_used AFTER UPDATE OF used_at ON link WHEN OLD.used_at IS NULL AND NEW.used_at IS NOT NULL
    BEGIN
        INSERT INTO link_event (host_id, link_id, kind, at) VALUES (NEW.host_id, NEW.id, 'used', NEW.used_at);
    END;
CREATE INDEX link_noted ON link (host_id, id) WHERE note_names IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('host',1);
INSERT INTO "sqlite_sequence" VALUES('event_type',2);
INSERT INTO "sqlite_sequence" VALUES('link',5);
INSERT INTO "sqlite_sequence" VALUES('deletion',1);
INSERT INTO "sqlite_sequence" VALUES('link_event',1);
COMMIT;
