"""The figures of the benchmarks are computed, kept and shown rightly; how fast anything is, is not tested."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from evals.bench import __main__ as bench
from evals.bench import ask, data, ingest, results, stats, table
from evals.bench.measure import Passes, Pause, alone, forward_passes, interrupted, peak_megabytes, within

ABSTRACT = (
    "A title\n\nThe first sentence of a text is about something. The second sentence of it is about another thing."
)


def test_a_percentile_is_the_value_that_the_share_does_not_exceed() -> None:
    assert stats.percentile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert stats.percentile([float(i) for i in range(1, 21)], 0.95) == 19.0
    assert stats.percentile([7.0], 0.95) == 7.0


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.5)])
def test_a_percentile_of_nothing_is_an_error(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="share above 0"):
        stats.percentile(values, share)


def test_time_that_intervals_share_counts_once() -> None:
    assert stats.covered([]) == 0
    assert stats.covered([(5, 6), (0, 2), (1, 3), (1, 2)]) == 4  # 0 to 3, and 5 to 6


def test_ndcg_of_hand_worked_rankings() -> None:
    assert stats.ndcg(["a", "b"], {"a": 1.0}) == 1.0
    assert stats.ndcg(["b", "a"], {"a": 1.0}) == pytest.approx(0.6309, abs=1e-4)  # 1 / log2(3)
    assert stats.ndcg(["x", "a", "b"], {"a": 1.0, "b": 1.0}) == pytest.approx(1.1309 / 1.6309, abs=1e-4)
    assert stats.ndcg(["x"], {"a": 1.0}) == 0.0
    assert stats.ndcg(["x", "a"], {"a": 1.0}, depth=1) == 0.0
    assert stats.ndcg(["a"], {}) == 0.0


def test_the_exponent_tells_linear_growth_from_square_and_none() -> None:
    assert stats.exponent([1, 10, 100], [3, 30, 300]) == pytest.approx(1)
    assert stats.exponent([1, 10, 100], [2, 200, 20_000]) == pytest.approx(2)
    assert stats.exponent([1, 10, 100], [5, 5, 5]) == pytest.approx(0)
    with pytest.raises(ValueError, match="one size"):
        stats.exponent([10, 10], [1, 2])


def test_passes_that_run_side_by_side_keep_several_cores_busy() -> None:
    passes = Passes([(0.0, 2.0), (1.0, 3.0)])
    assert passes.seconds == 3.0
    assert passes.cores == pytest.approx(4 / 3)
    assert (Passes().seconds, Passes().cores) == (0, 0)


def test_only_runs_of_the_models_are_noted_and_the_class_is_as_before_afterwards() -> None:
    import onnxruntime

    from index.embed import Embedder

    before, embedder = onnxruntime.InferenceSession.run, Embedder()
    with forward_passes() as passes:
        embedder.embed_query("a question")
        time.sleep(0)
        embedder.embed_passages(["one text", "another text"])
    assert len(passes.intervals) == 3
    assert onnxruntime.InferenceSession.run is before


def test_a_process_of_its_own_starts_small_and_gives_back_what_the_function_returns() -> None:
    ballast = bytearray(b"x" * 300_000_000)
    assert peak_megabytes() > 300
    assert alone(peak_megabytes) < 300
    assert alone(stats.percentile, [1.0, 2.0], share=1.0) == 2.0
    assert len(ballast) == 300_000_000


def test_a_process_stands_still_while_something_else_is_measured() -> None:
    value, pauses = interrupted(0.2, partial(_slept, 0.1), partial(_slept, 0.9))
    assert value == 0.9
    assert pauses
    assert all(pause.value == 0.1 and pause.end - pause.start >= 0.1 for pause in pauses)


def _slept(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def test_pauses_count_where_they_lie_within_the_run() -> None:
    pauses = [Pause(0, 1, 0), Pause(2, 3, 0), Pause(5, 7, 0)]
    assert within(pauses, 0.5, 6) == [Pause(2, 3, 0)]


RUN: dict[str, Any] = {"start": 100.0, "end": 116.0, "chunks": 640, "documents": 300, "marks": []}
PAUSES = [Pause(105.0, 108.0, 100.0), Pause(110.0, 113.0, 50.0)]


def test_each_stretch_of_an_ingest_is_weighed_by_the_models_rate_around_it() -> None:
    marks = [(103.0, 100), (104.9, 200), (109.0, 300), (115.0, 640)]
    found = ingest.stretches({**RUN, "marks": marks}, PAUSES)
    # 10 ms a text at first, 20 ms at last, and 15 ms between
    assert found == [(200, pytest.approx(0.01)), (100, pytest.approx(0.015)), (340, pytest.approx(0.02))]
    assert ingest.stretches({**RUN, "marks": marks}, PAUSES[:1]) == [(200, 0.01), (440, 0.01)]


def test_the_pauses_of_an_ingest_are_no_part_of_its_time() -> None:
    found = ingest.figures({**RUN, "marks": [(104.0, 200), (115.0, 640)]}, PAUSES)
    assert found["ingest_s"] == 10.0
    assert found["chunks_per_s"] == 64.0
    assert found["model_s"] == pytest.approx(2.0 + 0.0 + 8.8)
    assert found["ratio"] == pytest.approx(1.08)
    assert found["documents"] == 300
    assert "marks" not in found


def test_the_summary_of_questions_gives_medians() -> None:
    row = {"total": 1.0, "forward": 0.5, "models": 0.8, "passes": 4.0, "cores": 1.5}
    assert ask.summary([row, {**row, "total": 3.0}, {**row, "total": 1.0}]) == {
        "ratio": 2.0, "ratio_by_timings": 1.25, "median_s": 1.0, "p95_s": 3.0, "passes": 4.0, "cores_in_models": 1.5,
    }  # fmt: skip


def test_questions_are_one_a_line_without_comments() -> None:
    assert ask.questions_of("# a comment\n\nWho? \nWhen?\n") == ["Who?", "When?"]
    shipped = ask.questions_of(ask.QUESTIONS.read_text(encoding="utf-8"))
    assert len(shipped) == len(set(shipped)) == 20
    assert all(question.endswith("?") for question in shipped)


def write_set(folder: Path) -> Path:
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td3\t1\nq1\td1\t0\nq2\td2\t2\n")
    (folder / "queries.jsonl").write_text("".join(f'{{"_id": "q{i}", "text": "claim {i}"}}\n' for i in (1, 2, 3)))
    (folder / "corpus.jsonl").write_text(
        "".join(f'{{"_id": "d{i}", "title": "T{i}", "text": "text {i}"}}\n' for i in (1, 2, 3, 4))
    )
    return folder


def test_a_set_has_the_questions_that_something_is_relevant_to(tmp_path: Path) -> None:
    found = data.load(write_set(tmp_path), questions=100)
    assert found.questions == {"q1": "claim 1", "q2": "claim 2"}
    assert found.gains == {"q1": {"d3": 1.0}, "q2": {"d2": 2.0}}
    assert found.documents["d1"] == "T1\n\ntext 1"
    assert len(found.documents) == 4


def test_a_limit_of_documents_keeps_the_relevant_ones(tmp_path: Path) -> None:
    folder = write_set(tmp_path)
    assert list(data.load(folder, 100, limit=3).documents) == ["d3", "d2", "d1"]
    assert list(data.load(folder, 100, limit=1).documents) == ["d3", "d2"]


def test_short_documents_are_the_same_each_time_and_fewer_are_the_first_of_more() -> None:
    few, many = data.short_documents([ABSTRACT] * 3, 2), data.short_documents([ABSTRACT] * 3, 5)
    assert list(many) == ["00000", "00001", "00002", "00003", "00004"]
    assert few == {name: many[name] for name in few}
    assert all(text.count(" sentence of ") in (2, 3) for text in many.values())


def test_documents_are_written_one_a_file(tmp_path: Path) -> None:
    folder = data.write({"a": "één"}, tmp_path / "new")
    assert [(path.name, path.read_text(encoding="utf-8")) for path in folder.iterdir()] == [("a.txt", "één")]


def test_merging_replaces_a_part_as_a_whole_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "results.json"
    assert results.read(path) == {}
    old: results.Results = {
        "ask": {"date": "2026-01-01", "figures": {"old": 1}},
        "growth": {"date": "2026-01-01", "figures": {}},
    }
    merged = results.merge(old, "ask", {"ratio": 1.23456, "points": [{"n": 7}]}, {"date": "2026-02-02"})
    assert merged["ask"] == {"date": "2026-02-02", "figures": {"ratio": 1.235, "points": [{"n": 7}]}}
    assert merged["growth"] == old["growth"]
    assert old["ask"]["date"] == "2026-01-01"
    results.write(path, merged)
    assert results.read(path) == merged


def test_numbers_are_rounded_to_four_digits_and_the_rest_stays() -> None:
    assert results.rounded({"a": [12345.678, 0.000123456], "n": 123456, "t": "x", "none": None}) == {
        "a": [12350.0, 0.0001235], "n": 123456, "t": "x", "none": None,
    }  # fmt: skip


def test_the_processor_is_the_first_that_is_named() -> None:
    assert (
        results.cpu_name("processor\t: 0\nmodel name\t: Abacus 3000 @ 1 Hz\nmodel name\t: Other\n")
        == "Abacus 3000 @ 1 Hz"
    )
    assert isinstance(results.cpu_name(""), str)


def test_circumstances_name_date_processor_cores_and_versions() -> None:
    found = results.circumstances()
    assert {"date", "cpu", "cores", "python", "packages"} <= found.keys()
    assert set(found["packages"]) == set(results.PACKAGES)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.0634, "1.06"), (0.012345, "0.0123"), (85.26, "85.3"), (13204.4, "13,204"), (2, "2"), (0.5, "0.5"), (0, "0")],
)
def test_numbers_are_shown_with_three_digits(value: float, shown: str) -> None:
    assert table.number(value) == shown


def test_a_table_is_markdown() -> None:
    assert table.table(["name", "one"], [["a", "1"]]) == "| name | one |\n| --- | ---: |\n| a | 1 |\n"


def part(**figures: Any) -> dict[str, Any]:
    return {"date": "2026-02-02", "cpu": "Abacus", "cores": 2, "figures": figures}


def test_the_parts_that_were_measured_are_rendered_with_what_they_were_measured_on() -> None:
    text = table.render({"ask": part(questions=20, rounds=3, ratio=1.0612, median_s=0.46, p95_s=0.6, passes=43)})
    assert text.startswith("2026-02-02, Abacus, 2 cores:\n\n| a question on the shipped corpus (20 questions, 3 times)")
    assert "| time ÷ time in the models' forward passes, median | 1.06 | at most 1.3 |" in text
    assert "| time, median | 0.46 s | at most 0.6 s |" in text
    assert "LlamaIndex" not in text


def test_the_rate_of_ingest_is_shown_beside_the_fastest_of_fastembeds_batches() -> None:
    figures = {"documents": 5183, "chunks": 13000, "chunks_per_s": 90.0, "ratio": 0.9, "embedder_per_s": 100.0,
               "fastembed_per_s": {"1": 60.0, "32": 50.0}}  # fmt: skip
    text = table.render({"ingest": part(**figures)})
    assert "| ingest of 5,183 abstracts in 13,000 chunks | measured | must be |" in text
    assert "one text on each core | 0.9 | at least 0.85 |" in text
    assert "in batches of 1 | 1.5 |" in text  # 0.9 of 100 a second, beside 60


def test_the_stock_pipeline_is_shown_beside_with_ratios() -> None:
    side = {"documents": 50, "questions": 5, "chunks": 100, "ingest_s": 10.0, "ingest_cpu_s": 20.0, "ingest_mb": 400.0,
            "question_s": 0.2, "question_mb": 500.0, "ndcg": 0.75}  # fmt: skip
    text = table.render({"stock": part(citewell=side, stock={**side, "ingest_s": 40.0, "ndcg": 0.5})})
    assert "| 50 abstracts, 5 questions | Citewell | LlamaIndex's stock pipeline | ratio |" in text
    assert "| ingest, s | 10 | 40 | 0.25 |" in text
    assert "| nDCG@10 | 0.75 | 0.5 | 1.5 |" in text


def points(*sizes: int) -> list[dict[str, float]]:
    keys = ("ingest_s", "first_s", "question_s", "ingest_mb", "first_mb", "question_mb")
    return [{"documents": size, **dict.fromkeys(keys, size / 10)} for size in sizes]


def test_growth_is_shown_by_size_with_its_exponent() -> None:
    text = table.render({"growth": part(points=points(100, 1000))})
    assert "| 1,000 | 100 | 100 | 100 | 100 | 100 |" in text
    assert "| grows like | n^1.00 |" in text
    assert "grows like" not in table.render({"growth": part(points=points(100))})


def test_the_same_points_give_the_same_small_plot(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="drawn with the extra `evals`")
    from evals.bench.plot import draw

    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    draw(points(100, 1000), one)
    draw(points(100, 1000), other)
    assert one.read_bytes() == other.read_bytes()
    assert len(one.read_bytes()) < 50_000
    assert ">open, first question</text>" in one.read_text(encoding="utf-8")


def test_without_data_the_user_is_told_how_to_name_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(bench.VARIABLE, raising=False)
    assert bench.main(["stock", "--out", str(tmp_path)]) == 2
    assert bench.main(["--data", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "--data" in capsys.readouterr().err


def test_an_unknown_part_is_an_error_that_names_the_parts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["speed"])
    assert "the parts are ask, ingest, stock, growth" in capsys.readouterr().err
