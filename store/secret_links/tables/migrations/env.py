"""Runs the migrations on the connection that `secret_links.tables.migrating` passes."""

from alembic import context

from secret_links.tables import models

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes["version_table"],
    target_metadata=models.Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
