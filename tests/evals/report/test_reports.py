"""Reports of a run, its comparison with another one, and the agreement of its judge with human labels."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from eval_made import answer, case, citation, refusal, scored, unanswerable

from assistant.types import Turn
from evals.errors import RunError
from evals.judges import agreement
from evals.judges.agreement import Agreement, Labelled, agree
from evals.metrics.ranking import Place
from evals.report import plots
from evals.report.difference import markdown as compared
from evals.report.figures import CaseScore, estimates
from evals.report.html import html
from evals.report.markdown import BEGIN, END, Report, build, markdown, summary, written
from evals.saved import Passage, Saved
from evals.score import Scores

OPENED = "The bridge was opened in 1931."
EVIL = '<script>alert(1)</script> & "x" [9] **b**'
AGREES = Agreement("embedded", "WiCE", 100, 0.8, 0.6, 0.4, "A note")


def scores(*cases: CaseScore, judge: str = "embedded") -> Scores:
    return Scores("seeds", judge, {"code": "abc"}, cases, ("Something was not judged.",))


@pytest.fixture
def report() -> Report:
    good, bad, evil = case(), unanswerable(id="c2"), case(id="c3", question=EVIL, history=[["user", EVIL]])
    pairs = [
        (good, Saved("c1", answer(f"{OPENED} [1]", citation(OPENED)), (Passage(Place("a", 0, 1), "x"),), 0.2)),
        (bad, Saved("c2", answer(f"{OPENED} [1]", citation(OPENED)), (), 0.3)),
        (evil, Saved("c3", replace(refusal(), text=refusal().text), (), 1.5)),
    ]
    rows = [
        scored("c1", 0.9, right=1.0, risk_area=0.0, citation_recall=1.0, seconds=0.2),
        scored("c2", 0.8, right=0.0, risk_area=1.0, citation_recall=1.0, seconds=0.3),
        scored("c3", 0.1, right=0.0, faithfulness=0.5, seconds=1.5),
    ]
    return build(scores(*rows), pairs, [AGREES, replace(AGREES, judge="openai/other")])


def test_a_report_names_the_judge_beside_each_figure_that_it_gave(report: Report) -> None:
    text = markdown(report)
    assert re.search(r"^\| Faithfulness \(ragas\) \| 0\.500 \| .* \| 1 \| embedded \|$", text, re.M)
    assert re.search(r"^\| Citation recall \(ALCE\) \|.*\| verifier \|$", text, re.M)
    assert re.search(r"^\| Correct \| 0\.333 \|.*\| 3 \|  \|$", text, re.M)
    assert "“embedded” on WiCE: balanced accuracy 0.70 (n 100" in text
    assert "openai/other" not in text


def test_every_case_with_a_fault_is_shown_with_what_was_expected(report: Report) -> None:
    assert [failure.case.id for failure in report.failures] == ["c2", "c3"]
    text = markdown(report)
    assert "### c2 (fact): incorrect" in text
    assert "- expected: The documents do not say." in text
    assert "Must contain: 1931" in text
    assert "- [1] bridge.txt: The bridge was opened in 1931." in text
    assert "1.50 s, c3" in text
    assert "Something was not judged." in text


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]
        self.ids += [value or "" for name, value in attrs if name == "id"]


def test_the_page_needs_nothing_else_and_nothing_in_it_runs(report: Report) -> None:
    page = html(report)
    tags = Tags()
    tags.feed(page)
    assert not {"script", "link", "iframe", "img", "object"} & set(tags.tags)
    assert all(link.startswith("#") for link in tags.links)
    assert tags.tags.count("svg") == 4
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;" in page
    assert "default-src 'none'" in page
    citations = [i for i in tags.ids if "citation" in i]
    assert citations == ["c2-citation-1"]
    assert set(citations) <= {link.removeprefix("#") for link in tags.links}


def test_plots_are_the_same_for_the_same_figures(report: Report) -> None:
    assert plots.intervals(report.figures) == plots.intervals(report.figures)
    assert plots.risk_coverage(report.scores.cases).startswith("<svg")


def test_a_comparison_shows_both_answers_of_the_cases_that_moved() -> None:
    old = scores(scored("a", right=1.0), scored("b", right=0.0), scored("c", right=1.0))
    new = scores(scored("a", right=0.0), scored("b", right=1.0), scored("c", right=1.0))
    before, after = answer("Old [1]"), answer("New [1]")
    text = compared(old, new, {"a": "Why?"}, {"a": before, "b": before}, {"a": after, "b": after})
    assert re.search(r"^\| Correct \| 0\.667 \| 0\.667 \| \+0\.000 \| .* \| 1 \| 1 \|$", text, re.M)
    assert "## Correct: worse\n\n- a: Why?\n  - before: Old [1]\n  - after: New [1]" in text
    assert "## Correct: better\n\n- b" in text


def test_the_table_of_the_readme_is_written_between_its_marks() -> None:
    text = summary(scores(scored("a", right=1.0, correct=1.0, seconds=0.1)), [AGREES])
    assert text.startswith("1 cases, 1 of them answerable.")
    assert "Seconds" not in text
    readme = written(f"# Title\n{BEGIN}\nold\n{END}\nrest\n", text)
    assert "old" not in readme
    assert written(readme, text) == readme
    assert readme.startswith("# Title\n")
    assert readme.endswith(f"{END}\nrest\n")
    with pytest.raises(RunError, match="lacks the lines"):
        written("# Title", text)


def test_the_table_shows_what_another_setting_changes() -> None:
    with_it = replace(
        scores(scored("a", right=1.0, correct=1.0), scored("b", right=1.0)),
        fingerprint={"settings": {"reader": True, "sentences": 3}, "code": "c"},
    )
    without = replace(
        scores(scored("a", right=0.0, correct=1.0), scored("b", right=1.0)),
        fingerprint={"settings": {"reader": False, "sentences": 3}, "code": "c"},
    )
    text = summary(with_it, [], without)
    assert "The same 2 cases with reader: False, for the metrics that change" in text
    assert "| Correct | 0.500 | 1.000 | +0.500 |" in text
    assert text.count("Correct, of the answerable") == 1, "what did not change is not in the second table"


def test_agreement_with_people_of_a_worked_example() -> None:
    labelled = [Labelled("c", ("e",), supported) for supported in (True, True, True, False, False)]
    found = agree("embedded", "WiCE", labelled, [True, True, False, True, False])
    # kept 2/3, caught 1/2; alike 3/5; chance 3/5·3/5 + 2/5·2/5 = 0.52; kappa 0.08/0.48
    assert (found.kept, found.caught, found.kappa) == (0.6667, 0.5, 0.1667)
    assert found.balanced == pytest.approx(0.5833, abs=1e-3)


def test_agreement_is_kept_for_each_judge_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one, other = replace(AGREES, judge="openai/a"), replace(AGREES, judge="openai/b")
    for found in (one, other, replace(one, n=7)):
        agreement.store([found])
    assert [a.n for a in agreement.stored("openai/a")] == [7]
    assert agreement.stored("openai/b") == [other]
    assert agreement.stored("openai/c") == []


def test_partial_support_is_left_out_and_a_missing_set_is_told(tmp_path: Path) -> None:
    (tmp_path / "wice").mkdir()
    rows = [{"claim": "c", "evidence": ["e", "f"], "label": label}
            for label in ("supported", "partially_supported", "not_supported")]  # fmt: skip
    (tmp_path / "wice" / "dev.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert [one.supported for one in agreement.load(tmp_path, "WiCE")] == [True, False]
    with pytest.raises(RunError, match="attributionbench"):
        agreement.load(tmp_path, "AttributionBench")


def test_the_turns_before_a_question_are_shown(report: Report) -> None:
    assert report.failures[1].case.history == (Turn("user", EVIL),)
    assert "- user: " in markdown(report)


def test_estimates_follow_the_order_of_the_metrics() -> None:
    assert list(estimates([scored("a", seconds=1.0, right=1.0, quote_integrity=1.0)])) == [
        "quote_integrity", "right", "seconds"
    ]  # fmt: skip
