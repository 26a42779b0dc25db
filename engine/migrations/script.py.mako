"""${message.capitalize()}."""
<%
    body = [line for line in (upgrades or "pass").splitlines() if not line.strip().startswith("# ###")]
%>
import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """From ${down_revision or "nothing"} to ${up_revision}."""
    ${"\n".join(body).strip()}
