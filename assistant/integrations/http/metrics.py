"""What Prometheus reads. No label names a collection, a document or a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant.errors import CitewellError
from assistant.integrations.http.limits import Workers
from assistant.types import Answer

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """The counters of one server."""

    def __init__(self, workers: Workers) -> None:
        self.registry = CollectorRegistry()
        self.questions = Counter(
            "citewell_questions", "Questions answered.", ["mode", "outcome"], registry=self.registry
        )
        self.dropped = Counter(
            "citewell_dropped", "Sentences and files that an answer left out.", registry=self.registry
        )
        self.failures = Counter(
            "citewell_question_failures", "Questions that ended in an error.", ["error"], registry=self.registry
        )
        self.cancelled = Counter("citewell_questions_cancelled", "Questions whose client left.", registry=self.registry)
        self.refused = Counter("citewell_requests_refused", "Requests turned away.", ["reason"], registry=self.registry)
        self.requests = Counter("citewell_requests", "Requests answered.", ["route", "status"], registry=self.registry)
        self.stages = Histogram(
            "citewell_stage_seconds", "Seconds by stage.", ["stage"], buckets=_SECONDS, registry=self.registry
        )
        pending = Gauge("citewell_questions_pending", "Questions that run or wait.", registry=self.registry)
        pending.set_function(lambda: workers.pending)
        queued = Gauge("citewell_questions_queued", "Questions that wait.", registry=self.registry)
        queued.set_function(lambda: workers.queued)

    def count_answer(self, answer: Answer) -> None:
        """Count an answer, what it left out, and its seconds by stage."""
        outcome = "refused" if answer.abstained else "answered"
        self.questions.labels(answer.mode, outcome).inc()
        self.dropped.inc(len(answer.dropped))
        for stage, seconds in answer.timings.items():
            self.stages.labels(stage).observe(seconds)

    def count_failure(self, error: BaseException) -> None:
        """Count a question that ended in an error."""
        self.failures.labels(type(error).__name__ if isinstance(error, CitewellError) else "program").inc()

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)
