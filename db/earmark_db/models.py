"""Models that were taken in, and which of them is in use for each tag set, with the way back."""

from __future__ import annotations

import time
from dataclasses import dataclass

from earmark_db.store import Store

_COLUMNS = "digest, tag_set, name, origin, made_at, summary"
_CURRENT = "select max(id) from uses where left_at is null group by tag_set"


@dataclass(frozen=True)
class ModelRecord:
    """A model file that was taken in.

    Attributes:
        digest: the model's identity and the name of its file.
        origin: ``"local"``, ``"endpoint"`` or ``"file"``.
        made_at: when it was taken in, seconds since the epoch.
        summary: the description inside the file, as it stands there (JSON).
    """

    digest: str
    tag_set: str
    name: str
    origin: str
    made_at: float
    summary: str


class Models:
    """The tables of models, of their uses, of backbones, and of how tags are wanted."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, record: ModelRecord) -> None:
        """Remember a model; one that is known keeps its first record."""
        with self._store.transaction() as connection:
            connection.execute(
                "insert or ignore into models values (?, ?, ?, ?, ?, ?)",
                [
                    *(record.digest, record.tag_set, record.name),
                    *(record.origin, record.made_at, record.summary),
                ],
            )

    def all(self) -> list[ModelRecord]:
        """Every model, the newest first."""
        with self._store.reading() as connection:
            rows = connection.execute(
                f"select {_COLUMNS} from models order by made_at desc, digest"
            ).fetchall()
        return [ModelRecord(*row) for row in rows]

    def remove(self, digest: str) -> None:
        """Forget a model and that it was ever used."""
        with self._store.transaction() as connection:
            connection.execute("delete from models where digest = ?", [digest])

    def in_use(self) -> dict[str, str]:
        """Tag set to digest, for each set that a model of these was chosen for."""
        with self._store.reading() as connection:
            rows = connection.execute(
                f"select tag_set, digest from uses where digest is not null and id in ({_CURRENT})"
                " order by tag_set"
            ).fetchall()
        return dict(rows)

    def use(self, tag_set: str, digest: str | None) -> None:
        """From now on this model answers for the set; None for the built-in one, or for none."""
        with self._store.transaction() as connection:
            connection.execute(
                "insert into uses(tag_set, digest, at) values (?, ?, ?)",
                [tag_set, digest, time.time()],
            )

    def step_back(self, tag_set: str) -> bool:
        """Take back the newest choice for a set; False where there is none."""
        with self._store.transaction() as connection:
            row = connection.execute(
                "update uses set left_at = ? where id = (select max(id) from uses"
                " where left_at is null and tag_set = ?) returning id",
                [time.time(), tag_set],
            ).fetchone()
        return row is not None

    def newest_set(self) -> str | None:
        """The set for which a model was chosen last, of those choices that still stand."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select tag_set from uses where left_at is null order by id desc limit 1"
            ).fetchone()
        return str(row[0]) if row else None

    def backbone(self) -> str | None:
        """Digest of the model whose embeddings are kept; None before the first was noted."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select digest from backbones order by id desc limit 1"
            ).fetchone()
        return str(row[0]) if row else None

    def backbone_mark(self) -> str:
        """A name for the time since which that model is used: another one in every index."""
        with self._store.reading() as connection:
            row = connection.execute(
                "select digest, at from backbones order by id desc limit 1"
            ).fetchone()
        return f"{row[0][:16]}-{round(row[1] * 1e6)}" if row else "none"

    def set_backbone(self, digest: str) -> None:
        """From now on this model's embeddings are kept."""
        with self._store.transaction() as connection:
            connection.execute(
                "insert into backbones(digest, at) values (?, ?)", [digest, time.time()]
            )

    def giving(self) -> str | None:
        """How people wanted tags when sounds were last queued for that; None before the first."""
        with self._store.reading() as connection:
            row = connection.execute("select wanted from giving").fetchone()
        return str(row[0]) if row else None

    def set_giving(self, wanted: str) -> None:
        """Sounds are queued to have tags as people want them now."""
        with self._store.transaction() as connection:
            connection.execute("insert or replace into giving values (1, ?)", [wanted])
