"""Documents in the database: a snapshot, and the edits since."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, delete, func, insert, select, update

from ownlab.base.database import Database, metadata

documents = Table(
    "documents",
    metadata,
    Column("notebook", String(64), primary_key=True),
    Column("generation", String(64), nullable=False),
    Column("snapshot", LargeBinary, nullable=False),
    Column("file_digest", String(64), nullable=False),
    Column("earlier_digest", String(64), nullable=False, server_default=""),
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
    edits: list[bytes]
    known_digests: frozenset[str]
    """sha256 of the `.ipynb` files that OwnLab read or wrote last: a file of another digest was changed outside."""


class DocumentStore:
    """Reads and writes documents. One process writes a document at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, notebook: str) -> StoredDocument | None:
        query = select(documents).where(documents.c.notebook == notebook)
        edits = (
            select(document_edits.c.edit)
            .where(document_edits.c.notebook == notebook)
            .order_by(document_edits.c.sequence)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            rows = (await connection.execute(edits)).scalars().all()
        return StoredDocument(
            row.generation, row.snapshot, list(rows), frozenset((row.file_digest, row.earlier_digest))
        )

    async def create(self, notebook: str, generation: str, snapshot: bytes, file_digest: str) -> None:
        values = {"generation": generation, "snapshot": snapshot, "file_digest": file_digest}
        async with self._database.begin() as connection:
            await connection.execute(insert(documents).values(notebook=notebook, **values))

    async def append(self, notebook: str, edit: bytes) -> None:
        async with self._database.begin() as connection:
            await connection.execute(insert(document_edits).values(notebook=notebook, edit=edit))

    async def compact(self, notebook: str, snapshot: bytes, up_to: int) -> None:
        """Replace snapshot and the edits up to this sequence number by a snapshot that holds them all."""
        async with self._database.begin() as connection:
            await connection.execute(
                update(documents).where(documents.c.notebook == notebook).values(snapshot=snapshot)
            )
            await connection.execute(
                delete(document_edits).where(document_edits.c.notebook == notebook, document_edits.c.sequence <= up_to)
            )

    async def last_sequence(self, notebook: str) -> int:
        query = select(func.max(document_edits.c.sequence)).where(document_edits.c.notebook == notebook)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one() or 0

    async def expect_file(self, notebook: str, file_digest: str) -> None:
        """Note that the `.ipynb` is about to have this digest; until it does, the last one is known as well."""
        async with self._database.begin() as connection:
            await connection.execute(
                update(documents)
                .where(documents.c.notebook == notebook, documents.c.file_digest != file_digest)
                .values(file_digest=file_digest, earlier_digest=documents.c.file_digest)
            )

    async def delete(self, notebook: str) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(documents).where(documents.c.notebook == notebook))
            await connection.execute(delete(document_edits).where(document_edits.c.notebook == notebook))
