"""A run's output that is also told to the log."""

from datetime import datetime

from runner.book.forecast import Survey
from runner.cli.run_output import RunOutput
from runner.model.delivery import Delivery
from runner.model.log import Log
from runner.model.mask import mask_sid
from runner.model.outcome import Outcome, state_of
from runner.model.recipient import RejectedRow
from runner.model.wait import Wait
from runner.report.run_report import RunReport, place_text
from runner.run import Prepared

_TROUBLES = ("failed", "uncertain", "changed", "expired", "rejected")


class LoggedOutput:
    """Passes everything on to an output, and tells the log of it.

    Args:
        prepared: the run.
        output: what people and programs see.
        log: where the events go.
    """

    def __init__(self, prepared: Prepared, output: RunOutput, log: Log) -> None:
        self._prepared = prepared
        self._output = output
        self._log = log
        self._run = prepared.run
        self._told: Wait | None = None

    def begin(self, survey: Survey) -> None:
        """Tell what the run would do."""
        prepared = self._prepared
        self._log(
            "run_begun",
            run=self._run,
            playbook=prepared.loaded.playbook.name,
            environment=prepared.loaded.environment.name,
            account=mask_sid(prepared.target.account),
            base_url=prepared.target.base_url,
            planned=prepared.checked.planned,
            begin=survey.begin,
            redirected=bool(prepared.wish.redirect_to),
        )
        self._output.begin(survey)

    def rejected(self, row: RejectedRow) -> None:
        """Tell of a row that is left out."""
        problem = row.problems[0]
        place = place_text(row.place)
        self._log(
            "delivery", "warning", run=self._run, state="rejected", code=problem.code, row=place
        )
        self._output.rejected(row)

    def outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        """Tell how a delivery ended."""
        state = state_of(outcome)
        self._log(
            "delivery",
            "warning" if state in _TROUBLES else "info",
            run=self._run,
            key=delivery.key,
            row=place_text(delivery.place),
            state=state,
            reason=outcome.reason,
            interaction_sid=outcome.sids.interaction,
            conversation_sid=outcome.sids.conversation,
            task_sid=outcome.sids.task,
            message_sid=outcome.sids.message,
        )
        self._output.outcome(delivery, outcome)

    def waiting(self, wait: Wait, now: datetime) -> None:
        """Tell once of each thing that the run waits for."""
        if wait != self._told:
            self._told = wait
            until, people = wait.until.isoformat(), wait.people
            self._log("wait", run=self._run, until=until, people=people, scheduled=wait.scheduled)
        self._output.waiting(wait, now)

    def summary(self, report: RunReport) -> None:
        """Tell what the run came to."""
        self._log(
            "run_ended",
            "warning" if report.exit_code else "info",
            run=self._run,
            counts=report.counts,
            segments=report.segments,
            duration_s=round(report.duration_s, 3),
            stopped=report.stopped,
            exit_code=int(report.exit_code),
        )
        self._output.summary(report)
