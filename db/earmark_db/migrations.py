"""The schema and its history. A migration and the record of it commit together."""

from __future__ import annotations

import os

from sqlite_utils.db import Database
from sqlite_utils.migrations import Migrations

from earmark_db.composing import compose
from earmark_db.paths import from_blob
from earmark_db.queries import folder_words

migrations = Migrations("earmark")

_INITIAL = (
    """
    create table roots (
        id integer primary key,
        path blob not null unique,
        identity text,
        online integer not null default 1
    )
    """,
    """
    create table contents (
        id integer primary key,
        digest text not null unique,
        duration real not null,
        sample_rate integer not null,
        channels integer not null
    )
    """,
    """
    create table files (
        id integer primary key,
        path blob not null unique,
        root_id integer references roots(id) on delete set null,
        content_id integer references contents(id),
        state text not null,
        size integer not null,
        mtime_ns integer not null,
        inode integer not null,
        device integer not null,
        reason_code text,
        reason text,
        advice text,
        write_code text,
        write_reason text,
        write_advice text,
        written integer not null default 0,
        metadata text not null default '{}',
        changed_at real not null
    )
    """,
    "create index files_by_content on files(content_id)",
    "create index files_by_root on files(root_id)",
    "create index files_by_state on files(state)",
    """
    create table work (
        file_id integer not null references files(id) on delete cascade,
        step text not null,
        due real not null,
        attempts integer not null default 0,
        blind integer not null default 0,
        primary key (file_id, step)
    ) without rowid
    """,
    "create index work_by_due on work(step, due)",
    """
    create table spectrograms (
        content_id integer not null references contents(id) on delete cascade,
        frontend text not null,
        windows blob not null,
        primary key (content_id, frontend)
    )
    """,
    """
    create table verdicts (
        content_id integer not null references contents(id) on delete cascade,
        model text not null,
        scores text not null,
        embedding blob not null,
        primary key (content_id, model)
    )
    """,
    """
    create table labels (
        content_id integer not null references contents(id) on delete cascade,
        tag_set text not null,
        tag text not null,
        verdict integer not null,
        made_at real not null,
        primary key (content_id, tag_set, tag)
    ) without rowid
    """,
    """
    create table tags (
        file_id integer not null references files(id) on delete cascade,
        tag_set text not null,
        tag text not null,
        score real not null,
        source text not null,
        primary key (file_id, tag_set, tag)
    ) without rowid
    """,
    "create index tags_by_tag on tags(tag, file_id)",
    """
    create table journal (
        id integer primary key,
        file_id integer references files(id) on delete set null,
        path blob not null,
        at real not null,
        batch text not null,
        state text not null,
        digest_before text not null,
        digest_after text not null,
        terms text not null,
        details text not null,
        patch blob not null
    )
    """,
    "create index journal_by_path on journal(path, id)",
    "create index journal_by_state on journal(state)",
    """
    create virtual table words using fts5(
        tags, name, folder, metadata,
        tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )
    """,
)


_FACTS = (
    "alter table contents add column kind text",
    "alter table contents add column bpm real",
    "alter table contents add column music_key text",
    "alter table contents add column loudness real",
    "alter table contents add column brightness real",
    "alter table contents add column pitch text",
)

_MODELS = (
    """
    create table models (
        digest text primary key,
        tag_set text not null,
        name text not null,
        origin text not null,
        made_at real not null,
        summary text not null
    ) without rowid
    """,
    """
    create table uses (
        id integer primary key,
        tag_set text not null,
        digest text references models(digest) on delete cascade,
        at real not null,
        left_at real
    )
    """,
    "create index uses_by_set on uses(tag_set, id)",
    "create table backbones (id integer primary key, digest text not null, at real not null)",
    "create table rounds (step text primary key, total integer not null) without rowid",
)

_JOBS = (
    """
    create table jobs (
        id integer primary key,
        place text not null,
        tag_set text not null,
        state text not null,
        began real not null,
        ended real,
        data text not null
    )
    """,
    """
    create table merges (
        id integer primary key,
        old_set text not null,
        old text not null,
        new_set text not null,
        new text not null,
        at real not null,
        before text not null
    )
    """,
)


_TYPING = (
    """
    create virtual table more_words using fts5(
        tags, name, folder, metadata,
        tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3 4 5 6'
    )
    """,
    """
    insert into more_words(rowid, tags, name, folder, metadata)
    select rowid, tags, name, folder, metadata from words
    """,
    "drop table words",
    "alter table more_words rename to words",
    "drop index if exists tags_by_tag",
    "create index tags_by_name on tags(tag, tag_set)",
)

_REVIEW = (
    """
    create index doubtful_by_age on files(state)
    where reason_code in ('unknown', 'disagreement')
    """,
    """
    create index doubtful_by_content on files(content_id, state)
    where reason_code in ('unknown', 'disagreement')
    """,
    "create index tags_by_score on tags(score) where source != 'person'",
    "create index written_by_state on files(state) where written",
)

_ABOVE = (
    _TYPING[0],
    """
    insert into more_words(rowid, tags, name, folder, metadata)
    select words.rowid, tags, name, folder_words(files.path, roots.path), words.metadata
    from words join files on files.id = words.rowid left join roots on roots.id = root_id
    """,
    "drop table words",
    "alter table more_words rename to words",
)

_NESTING = (
    "create table nesting (tag text primary key, above text not null) without rowid",
    "alter table merges add column moves text not null default '{}'",
)

_FOLLOWED = (
    """
    update journal set path = files.path from files
    where files.id = journal.file_id and files.path != journal.path
    """,
)

_BY_FILE = ("create index journal_by_file on journal(file_id)",)

_RUNS = (
    "create table runs (id integer primary key, name text not null unique, after integer not null)",
    "insert into runs(name, after) values (lower(hex(randomblob(8))), 0)",
)

_WRITTEN_FROM = (
    "create table written_from (id integer primary key check (id = 1), score real not null)",
)
_GIVING = ("create table giving (id integer primary key check (id = 1), wanted text not null)",)

_TAGGED = (
    "alter table files add column tagged integer not null default 0",
    "update files set tagged = 1 where id in (select file_id from tags)",
    "create index untagged on files(state) where not tagged",
)

_BY_BYTES = ("create index journal_by_digest on journal(digest_after)",)

_LEFT = ("alter table contents add column left_at real",)

_TAKEN_BACK = ("create index taken_back on files(inode, device) where write_code = 'taken-back'",)


@migrations()
def m001_initial(db: Database) -> None:
    """Roots, files, contents, the queue, what was heard, tags, labels, journal, words."""
    for statement in _INITIAL:
        db.execute(statement)


@migrations()
def m002_facts(db: Database) -> None:
    """What stands beside the tags of a sound: kind, tempo, key, loudness, brightness, pitch."""
    for statement in _FACTS:
        db.execute(statement)


@migrations()
def m003_models(db: Database) -> None:
    """Models beside the built-in one, which of them is in use, and rounds of work over all."""
    for statement in _MODELS:
        db.execute(statement)


@migrations()
def m004_jobs(db: Database) -> None:
    """Training jobs, and tags that were renamed or merged, with what was before."""
    for statement in _JOBS:
        db.execute(statement)


@migrations()
def m005_typing(db: Database) -> None:
    """Beginnings of words and the counts of tags are looked up, rather than gathered."""
    for statement in _TYPING:
        db.execute(statement)


@migrations()
def m006_review(db: Database) -> None:
    """What is to be reviewed, and how many files are written, without a look at every file."""
    for statement in _REVIEW:
        db.execute(statement)


@migrations()
def m007_above(db: Database) -> None:
    """Words above the watched folders are told from those within them."""

    def words(path: bytes, root: bytes | None) -> str:
        watched = None if root is None else from_blob(root)
        return folder_words(os.path.dirname(from_blob(path)), watched)

    db.conn.create_function("folder_words", 2, words, deterministic=True)
    for statement in _ABOVE:
        db.execute(statement)


@migrations()
def m008_nesting(db: Database) -> None:
    """Which tag lies under which, and where tags lay before they were renamed."""
    for statement in _NESTING:
        db.execute(statement)


@migrations()
def m009_giving(db: Database) -> None:
    """How people wanted tags to be given when sounds were last queued for that."""
    for statement in _GIVING:
        db.execute(statement)


@migrations()
def m010_followed(db: Database) -> None:
    """Writes to files that have moved since are found where these are now."""
    for statement in _FOLLOWED:
        db.execute(statement)


@migrations()
def m011_composed(db: Database) -> None:
    """A tag is one tag, however its letters were typed."""
    compose(db.conn)


@migrations()
def m012_by_file(db: Database) -> None:
    """A file is forgotten without a look at every write there was."""
    for statement in _BY_FILE:
        db.execute(statement)


@migrations()
def m013_runs(db: Database) -> None:
    """After which row of the verdicts each run began that added some."""
    for statement in _RUNS:
        db.execute(statement)


@migrations()
def m014_tagged(db: Database) -> None:
    """Sounds without a tag are found without a look at every file."""
    for statement in _TAGGED:
        db.execute(statement)


@migrations()
def m015_by_bytes(db: Database) -> None:
    """What led to the bytes of a file is found without a look at every write there was."""
    for statement in _BY_BYTES:
        db.execute(statement)


@migrations()
def m016_taken_back(db: Database) -> None:
    """What was taken back under another name is found without a look at every file."""
    for statement in _TAKEN_BACK:
        db.execute(statement)


@migrations()
def m017_written_from(db: Database) -> None:
    """From which score on tags were written when files were last queued for that."""
    for statement in _WRITTEN_FROM:
        db.execute(statement)


@migrations()
def m018_left(db: Database) -> None:
    """Since when a sound is known to have no file."""
    for statement in _LEFT:
        db.execute(statement)
