"""Documents in the database: a snapshot, and the edits since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, case, delete, insert, select, update

from ownlab.base.database import Database, Moment, metadata

documents = Table(
    "documents",
    metadata,
    Column("notebook", String(64), primary_key=True),
    Column("generation", String(64), nullable=False),
    Column("snapshot", LargeBinary, nullable=False),
    Column("file_digest", String(64), nullable=False),
    Column("earlier_digest", String(64), nullable=False, server_default=""),
    Column("saved_sequence", Integer, nullable=False, server_default="0"),
    Column("saved_at", Moment),
)

document_edits = Table(
    "document_edits",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("notebook", String(64), nullable=False),
    Column("edit", LargeBinary, nullable=False),
    Index("ix_document_edits_notebook", "notebook", "sequence"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True)
class StoredDocument:
    """A document as it was stored: apply the snapshot, then the edits in order."""

    generation: str
    snapshot: bytes
    saved_edits: list[bytes]
    """Those that the `.ipynb` holds."""
    unsaved_edits: list[bytes]
    """Those that came after it was written."""
    sequence: int
    """Number of the last edit; 0 if there is none since the snapshot."""
    saved_sequence: int
    """Number of the last edit that the `.ipynb` holds."""
    file_digest: str
    """sha256 of the `.ipynb` that holds them."""
    known_digests: frozenset[str]
    """sha256 of the `.ipynb` files that OwnLab read or wrote last: a file of another digest was changed outside."""


class DocumentStore:
    """Reads and writes documents. One process writes a document at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, notebook: str) -> StoredDocument | None:
        query = select(documents).where(documents.c.notebook == notebook)
        edits = (
            select(document_edits.c.sequence, document_edits.c.edit)
            .where(document_edits.c.notebook == notebook)
            .order_by(document_edits.c.sequence)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            rows = (await connection.execute(edits)).all()
        return StoredDocument(
            row.generation,
            row.snapshot,
            [edit for sequence, edit in rows if sequence <= row.saved_sequence],
            [edit for sequence, edit in rows if sequence > row.saved_sequence],
            rows[-1].sequence if rows else 0,
            row.saved_sequence,
            row.file_digest,
            frozenset((row.file_digest, row.earlier_digest)),
        )

    async def create(self, notebook: str, generation: str, snapshot: bytes, file_digest: str) -> None:
        values = {"generation": generation, "snapshot": snapshot, "file_digest": file_digest}
        async with self._database.begin() as connection:
            await connection.execute(insert(documents).values(notebook=notebook, **values))

    async def append(self, notebook: str, edit: bytes) -> int:
        """Add an edit. Returns its number."""
        statement = insert(document_edits).values(notebook=notebook, edit=edit).returning(document_edits.c.sequence)
        return await self._database.brief(lambda connection: int(connection.execute(statement).scalar_one()))

    async def compact(self, notebook: str, snapshot: bytes, up_to: int) -> None:
        """Replace snapshot and the edits up to this number, all of them saved, by a snapshot that holds them."""
        async with self._database.begin() as connection:
            await connection.execute(
                update(documents).where(documents.c.notebook == notebook).values(snapshot=snapshot)
            )
            await connection.execute(
                delete(document_edits).where(document_edits.c.notebook == notebook, document_edits.c.sequence <= up_to)
            )

    async def rebase(self, notebook: str, snapshot: bytes, file_digest: str) -> None:
        """Replace what the `.ipynb` held by a snapshot of what it holds now that somebody else has changed it."""
        document = documents.c.notebook == notebook
        saved = select(documents.c.saved_sequence).where(document).scalar_subquery()
        async with self._database.begin() as connection:
            await connection.execute(
                delete(document_edits).where(document_edits.c.notebook == notebook, document_edits.c.sequence <= saved)
            )
            await connection.execute(
                update(documents)
                .where(document)
                .values(snapshot=snapshot, earlier_digest=documents.c.file_digest, file_digest=file_digest)
            )

    async def expect_file(self, notebook: str, file_digest: str, sequence: int) -> None:
        """Note that the `.ipynb` is about to have this digest and to hold the edits up to this number.

        Until it does, its last digest is known as well.
        """
        async with self._database.begin() as connection:
            await connection.execute(
                update(documents)
                .where(documents.c.notebook == notebook)
                .values(
                    saved_sequence=sequence,
                    earlier_digest=case(
                        (documents.c.file_digest == file_digest, documents.c.earlier_digest),
                        else_=documents.c.file_digest,
                    ),
                    file_digest=file_digest,
                )
            )

    async def note_saved(self, notebook: str, at: datetime) -> None:
        """Note that the `.ipynb` holds everything that was printed until then."""
        statement = update(documents).where(documents.c.notebook == notebook).values(saved_at=at)
        await self._database.brief(lambda connection: connection.execute(statement))

    async def saved_at(self, notebook: str) -> datetime | None:
        """Until when the `.ipynb` holds what was printed; None if OwnLab never wrote it."""
        query = select(documents.c.saved_at).where(documents.c.notebook == notebook)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def delete(self, notebook: str) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(documents).where(documents.c.notebook == notebook))
            await connection.execute(delete(document_edits).where(document_edits.c.notebook == notebook))
