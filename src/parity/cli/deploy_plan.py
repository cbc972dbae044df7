"""What `parity migrate deploy --plan` shows."""

from __future__ import annotations

from parity.cli.deploying import another_past_value, tell_another_past
from parity.cli.output import say, say_json
from parity.cli.transactions import transaction_lines
from parity.counting import counted
from parity.review.transactions import to_json
from parity.workflow.context import Project
from parity.workflow.deploy_plan import DeployPlan


def show(project: Project, plan: DeployPlan, *, as_json: bool) -> None:
    """The plan, as text or as one JSON value."""
    if as_json:
        say_json(_value(plan))
        return
    tell_another_past(plan.past)
    for migration in plan.pending:
        again = "; its last run left nothing behind" if migration.again else ""
        say(f"{migration.name} ({counted(migration.statements, 'statement')}{again})", bold=True)
        for line in transaction_lines(migration.transactions, whole=True):
            say(f"  {line}")
        say()
    say(f"{counted(plan.found, 'migration')} found in {project.places.show(project.places.migrations)}")
    if plan.makes_database:
        say(f"The database {plan.database} isn't there; a deploy makes it.")
    elif plan.makes_ledger:
        say("No migration was ever recorded there; a deploy makes the table _prisma_migrations first.")
    if plan.pending:
        verb = "waits" if len(plan.pending) == 1 else "wait"
        say(f"{counted(len(plan.pending), 'migration')} {verb} to be applied to {plan.database}. Nothing was run.")
        say("Next: parity migrate deploy")
    else:
        say(f"Nothing to do: no pending migrations on {plan.database}.", color="green")


def _value(plan: DeployPlan) -> dict[str, object]:
    return {
        "database": plan.database,
        "found": plan.found,
        "pending": [
            {
                "name": one.name,
                "statements": one.statements,
                "again": one.again,
                "transactions": to_json(one.transactions),
            }
            for one in plan.pending
        ],
        **another_past_value(plan.past),
        "makesDatabase": plan.makes_database,
        "makesLedger": plan.makes_ledger,
    }
