"""The first tables.

Revision: 4f8670928717
Before: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ownlab.base import database as base

revision = "4f8670928717"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_edits",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("notebook", sa.String(length=64), nullable=False),
        sa.Column("edit", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_document_edits")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("document_edits", schema=None) as batch_op:
        batch_op.create_index("ix_document_edits_notebook", ["notebook", "sequence"], unique=False)

    op.create_table(
        "documents",
        sa.Column("notebook", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.String(length=64), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("earlier_digest", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("notebook", name=op.f("pk_documents")),
    )
    op.create_table(
        "runs",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("notebook", sa.String(length=64), nullable=False),
        sa.Column("cell", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("runtime", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("execution_count", sa.Integer(), nullable=True),
        sa.Column("queued_at", base.Moment(), nullable=True),
        sa.Column("started_at", base.Moment(), nullable=True),
        sa.Column("finished_at", base.Moment(), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_runs")),
        sa.UniqueConstraint("id", name=op.f("uq_runs_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index("ix_runs_notebook", ["notebook", "sequence"], unique=False)
        batch_op.create_index("ix_runs_state", ["state"], unique=False)

    op.create_table(
        "runtimes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("notebook", sa.String(length=64), nullable=False),
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("token", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("started_at", base.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runtimes")),
    )
    with op.batch_alter_table("runtimes", schema=None) as batch_op:
        batch_op.create_index("ix_runtimes_notebook", ["notebook"], unique=False)
        batch_op.create_index("ix_runtimes_state", ["state"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("created_at", base.Moment(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(
            "ix_users_local", ["local"], unique=True, sqlite_where=sa.text("local"), postgresql_where=sa.text("local")
        )

    op.create_table(
        "items",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", base.Moment(), nullable=False),
        sa.Column("modified_at", base.Moment(), nullable=False),
        sa.Column("opened_at", base.Moment(), nullable=True),
        sa.Column("trashed_at", base.Moment(), nullable=True),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("renaming_to", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["owner"], ["users.id"], name=op.f("fk_items_owner_users")),
        sa.ForeignKeyConstraint(["parent"], ["items.id"], name=op.f("fk_items_parent_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index("ix_items_owner", ["owner", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_items_parent"), ["parent"], unique=False)
        batch_op.create_index(
            "uq_items_parent_name",
            ["parent", "name"],
            unique=True,
            sqlite_where=sa.text("trashed_at IS NULL AND NOT missing"),
            postgresql_where=sa.text("trashed_at IS NULL AND NOT missing"),
        )
        batch_op.create_index(
            "uq_items_root",
            ["owner"],
            unique=True,
            sqlite_where=sa.text("parent IS NULL"),
            postgresql_where=sa.text("parent IS NULL"),
        )

    op.create_table(
        "sessions",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", base.Moment(), nullable=False),
        sa.Column("expires_at", base.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "signin_links",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", base.Moment(), nullable=False),
        sa.Column("used_at", base.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_signin_links_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_signin_links")),
    )
    with op.batch_alter_table("signin_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signin_links_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("signin_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signin_links_user_id"))

    op.drop_table("signin_links")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_user_id"))

    op.drop_table("sessions")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_items_root", sqlite_where=sa.text("parent IS NULL"), postgresql_where=sa.text("parent IS NULL")
        )
        batch_op.drop_index(
            "uq_items_parent_name",
            sqlite_where=sa.text("trashed_at IS NULL AND NOT missing"),
            postgresql_where=sa.text("trashed_at IS NULL AND NOT missing"),
        )
        batch_op.drop_index(batch_op.f("ix_items_parent"))
        batch_op.drop_index("ix_items_owner")

    op.drop_table("items")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index("ix_users_local", sqlite_where=sa.text("local"), postgresql_where=sa.text("local"))

    op.drop_table("users")
    with op.batch_alter_table("runtimes", schema=None) as batch_op:
        batch_op.drop_index("ix_runtimes_state")
        batch_op.drop_index("ix_runtimes_notebook")

    op.drop_table("runtimes")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index("ix_runs_state")
        batch_op.drop_index("ix_runs_notebook")

    op.drop_table("runs")
    op.drop_table("documents")
    with op.batch_alter_table("document_edits", schema=None) as batch_op:
        batch_op.drop_index("ix_document_edits_notebook")

    op.drop_table("document_edits")
