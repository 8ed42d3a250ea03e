"""``--format sarif``: valid by the schema of the standard, places and fixes right in every unit, fingerprints that outlive a moved line."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from refactor.changeset import Changeset, FileChange, Stage
from refactor.codemod import Effect, FileEdits, Fix, Outcome, Place, Severity
from refactor.delivery.report import Report
from refactor.delivery.sarif import Limits, render
from refactor.edits import Edit, apply
from refactor.reasons import Reason
from tests.support.reports import AWKWARD, DATA, MILD, PATH, Later, Odd, changed, each_outcome, everything, found, place, report
from tests.support.schemas import sarif


def results(made: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sarif(render(made))["results"]
    return found


def by_text(data: bytes, region: dict[str, Any]) -> str:
    """What a consumer finds that reads the file as UTF-16 code units by line and column, as most editors do."""
    lines = [line.encode("utf-16-le") for line in data.decode("utf-8-sig").splitlines(keepends=True)]
    first, last = region["startLine"] - 1, region["endLine"] - 1
    start = sum(map(len, lines[:first])) + 2 * (region["startColumn"] - 1)
    end = sum(map(len, lines[:last])) + 2 * (region["endColumn"] - 1)
    return b"".join(lines)[start:end].decode("utf-16-le")


def by_bytes(data: bytes, region: dict[str, Any]) -> str:
    return data[region["byteOffset"] : region["byteOffset"] + region["byteLength"]].decode()


def by_characters(data: bytes, region: dict[str, Any]) -> str:
    units = data.decode("utf-8-sig").encode("utf-16-le")
    return units[2 * region["charOffset"] : 2 * (region["charOffset"] + region["charLength"])].decode("utf-16-le")


def fixed(data: bytes, result: dict[str, Any], *, as_text: bool) -> bytes:
    """The file with a result's fix, applied by one kind of region alone."""
    ((change,),) = (fix["artifactChanges"] for fix in result["fixes"])
    edits = []
    for one in change["replacements"]:
        region, content = one["deletedRegion"], one.get("insertedContent", {"text": "", "binary": ""})
        assert by_text(data, region) == by_characters(data, region) == by_bytes(data, region)
        if as_text:
            plain = data.decode("utf-8-sig").encode("utf-16-le")
            before = (
                len(plain[: 2 * region["charOffset"]].decode("utf-16-le").encode()) + len(data) - len(data.decode("utf-8-sig").encode())
            )
            edits.append(Edit(before, before + len(by_characters(data, region).encode()), content["text"].encode()))
        else:
            start = region["byteOffset"]
            edits.append(Edit(start, start + region["byteLength"], base64.b64decode(content["binary"])))
    return apply(data, edits)


def test_a_report_on_nothing_has_its_rules_and_no_result() -> None:
    run = sarif(render(report()))
    assert run["results"] == []
    assert [r["id"] for r in run["tool"]["driver"]["rules"]] == ["ODD001", "ODD002", "TFM001", "TFM002"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_a_rule_says_what_its_codemods_page_says() -> None:
    rule = sarif(render(report()))["tool"]["driver"]["rules"][0]
    assert rule["name"] == "odd-value"
    assert rule["defaultConfiguration"]["level"] == "error"
    assert "# odd\n" in rule["help"]["markdown"]
    assert rule["fullDescription"]["text"].endswith("Odd values surprise {{people}}.")
    assert len(rule["properties"]["tags"]) <= 20


def test_every_outcome_has_its_place() -> None:
    run = sarif(render(everything()))
    outcomes = [(r["ruleId"], r["level"], r["properties"]["outcome"], "suppressions" in r) for r in run["results"]]
    assert outcomes == [
        ("ODD001", "error", "found", False),
        ("ODD001", "error", "changed", False),
        ("ODD001", "error", "skipped", True),
        ("ODD002", "note", "failed", False),
        ("ODD002", "note", "skipped", False),
    ]
    notices = run["invocations"][0]["toolExecutionNotifications"]
    assert [(n["descriptor"]["id"], n["level"]) for n in notices] == [("encrypted", "warning"), ("not-literal", "note"), ("gate", "error")]
    known = {n["id"] for n in run["tool"]["driver"]["notifications"]}
    assert {n["descriptor"]["id"] for n in notices} == known
    assert run["properties"]["tfmod"]["outcomes"]["already fine"] == 1


def test_a_suppression_is_in_the_source_with_its_reason_and_a_choice_is_not() -> None:
    hidden = next(f for f in each_outcome() if f.reason is Reason.SUPPRESSED)
    (result,) = results(report([hidden]))
    assert result["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "toy | <b>"}]
    (result,) = results(report([replace(hidden, reason=Reason.DESELECTED, detail="--only")]))
    assert result["suppressions"][0]["kind"] == "external"


def test_a_place_is_the_same_in_every_unit() -> None:
    (result,) = results(report([found()]))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert by_text(DATA, region) == by_bytes(DATA, region) == AWKWARD
    assert region["startColumn"] == len('  first  = "😀') + 2, "a character beyond the basic plane is two code units"


@pytest.mark.parametrize("as_text", [True, False], ids=["as text", "as bytes"])
def test_a_fix_leads_to_what_the_run_makes(as_text: bool) -> None:
    made = report([changed()])
    (change,) = made.result.changeset
    (result,) = results(made)
    assert fixed(DATA, result, as_text=as_text) == change.after != DATA


def test_a_fix_has_the_columns_that_fmt_would_set() -> None:
    data = b'locals {\n  a = 1     # x\n  b = "old" # y\n}\n'
    where = place("old", "main.tf", data)
    fix = Fix((FileEdits("main.tf", (Edit(where.start, where.end, b"much longer"),)),))
    finding = replace(changed(), place=where, fix=fix)
    made = report([finding], files={"main.tf": data})
    (change,) = made.result.changeset
    (result,) = results(made)
    assert len(result["fixes"][0]["artifactChanges"][0]["replacements"]) > 1
    assert fixed(data, result, as_text=False) == change.after


def test_what_is_inserted_has_an_empty_region() -> None:
    end = len(DATA)
    finding = replace(changed(), fix=Fix((FileEdits(PATH, (Edit(end, end, b"# end\r\n"),)),)))
    (result,) = results(report([finding]))
    (one,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert one["insertedContent"]["text"] == "# end\r\n"
    region = one["deletedRegion"]
    assert (region["byteOffset"], region["byteLength"], region["charLength"]) == (end, 0, 0)
    assert (region["startLine"], region["startColumn"]) == (7, 4) == (region["endLine"], region["endColumn"])


def test_what_is_only_removed_has_no_content() -> None:
    (result,) = results(report([changed(after="")]))
    (one,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert set(one) == {"deletedRegion"}


@pytest.mark.parametrize(
    "fix",
    [Fix(create={"new.tf": b""}), Fix(delete=(PATH,)), Fix(move={PATH: "b.tf"})],
    ids=["creates", "deletes", "moves"],
)
def test_a_fix_that_does_more_than_edit_is_not_given_in_part(fix: Fix) -> None:
    edited = replace(fix, files=(FileEdits(PATH, (Edit(0, 0, b"#"),)),))
    (result,) = results(report([replace(changed(), fix=edited)], changes=Changeset()))
    assert "fixes" not in result


def staged(first: bytes, second: Edit) -> tuple[Report, bytes]:
    """A run of two codemods: the first puts a line at the top, the second edits what that left."""
    data = b'locals {\n  a = "old"\n}\n'
    top = Edit(0, 0, first)
    middle = apply(data, [top])
    stages = (Stage("odd", (top,)), Stage("later", (second,)))
    change = FileChange("main.tf", data, apply(middle, [second]), stages=stages)
    where = Place("main.tf", second.start, second.end, 3, 8)
    finding = replace(changed(codemod="later"), place=where, fix=Fix((FileEdits("main.tf", (second,)),)))
    return report([finding], changes=Changeset((change,)), codemods=(Odd, Later), files={"main.tf": data}), data


def test_a_later_codemods_place_and_fix_are_those_of_the_file_on_the_disk() -> None:
    made, data = staged(b"# top\n", Edit(22, 25, b"new"))
    (result,) = results(made)
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (by_bytes(data, region), region["startLine"]) == ("old", 2)
    assert fixed(data, result, as_text=False) == data.replace(b"old", b"new")


def test_a_fix_that_needs_another_codemods_result_is_left_out() -> None:
    made, data = staged(b'x = "odd"\n', Edit(5, 8, b"new"))
    (result,) = results(made)
    assert "fixes" not in result
    assert by_bytes(data, result["locations"][0]["physicalLocation"]["region"]) == ""


def test_paths_are_relative_uris_that_lead_back_to_the_file() -> None:
    (result,) = results(report([found()]))
    where = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert where["uriBaseId"] in sarif(render(report()))["originalUriBaseIds"]
    assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", where["uri"])
    assert unquote(where["uri"]) == PATH
    colon = found(place=Place("a:b?.tf", 0, 1, 1, 1))
    (result,) = results(report([colon], files={}))
    uri = urlsplit(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    assert (uri.scheme, uri.query) == ("", "")


def test_a_message_has_no_placeholder_no_link_and_one_line() -> None:
    (result,) = results(report([found()]))
    text = result["message"]["text"]
    assert "{{0}}" in text
    assert "](" not in text
    assert "\n" not in text


def fingerprint(made: Report) -> list[str]:
    return [r["partialFingerprints"]["tfmodConcern/v1"] for r in results(made)]


def test_a_fingerprint_outlives_lines_that_move_and_nothing_else() -> None:
    data = b"# new\n\n" + DATA
    moved = found(place=place(AWKWARD, data=data))
    before = fingerprint(report([found()]))
    assert fingerprint(report([moved], files={PATH: data})) == before
    for other in (found(address="local.other"), found(rule=MILD), found(before="else"), found(place=replace(found().place, path="b.tf"))):
        assert fingerprint(report([other])) != before


def test_a_fingerprint_outlives_a_block_that_comes_in_before() -> None:
    first, second = (fingerprint(report([found(address=f"local.a / container[{number}].image")])) for number in (0, 1))
    assert first == second


def test_equal_concerns_in_two_blocks_have_different_fingerprints_whichever_is_first() -> None:
    pair = [found(address=f"local.a / container[{n}].image", place=replace(found().place, start=n)) for n in (0, 1)]
    assert len(set(fingerprint(report(pair)))) == 2
    assert fingerprint(report(pair[1:])) == fingerprint(report(pair))[:1]


def test_equal_concerns_in_one_file_have_different_fingerprints() -> None:
    second = replace(found().place, start=0, end=1, line=1, column=1)
    assert len(set(fingerprint(report([found(), found(place=second)])))) == 2


def test_a_literal_that_several_read_is_one_result_with_its_readers() -> None:
    elsewhere = place("fourth")
    findings = [found(read_at=elsewhere), found(address="local.b", read_at=found().place)]
    (result,) = results(report(findings))
    assert [a["fullyQualifiedName"] for a in result["locations"][0]["logicalLocations"]] == ["local.first", "local.b"]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"]["startLine"] == elsewhere.line
    assert "read in 2 places" in result["message"]["text"]


def test_effects_are_said_once() -> None:
    effect = changed().effects[0]
    twice = replace(changed(), effects=(effect, effect, Effect(effect.kind, "x")))
    (result,) = results(report([twice]))
    assert [e["address"] for e in result["properties"]["effects"]] == ["kubernetes_deployment.a|b", "x"]


def many(count: int) -> list[Any]:
    severities = [MILD, replace(MILD, code="ODD003", severity=Severity.ERROR)]
    return [found("old", severities[n % 2], address=f"local.a{n}", place=replace(place("old"), start=n)) for n in range(count)]


def test_more_results_than_github_takes_are_cut_from_the_mild_end_with_a_notice() -> None:
    told: list[str] = []
    run = sarif(render(report(many(10), warn=told.append), Limits(results=6)))
    assert [r["level"] for r in run["results"]] == ["error"] * 5 + ["note"]
    assert told == ["GitHub takes 6 results; 4 are left out"]
    assert run["invocations"][0]["toolConfigurationNotifications"][0]["message"]["text"] == told[0]


def test_a_report_too_large_for_github_loses_its_fixes_first_then_mild_results() -> None:
    told: list[str] = []
    made = report([changed(), *many(200)], warn=told.append)
    whole = render(made)
    assert not told
    run = sarif(render(made, Limits(compressed=5_000)))
    assert 0 < len(run["results"]) < 201
    assert all("fixes" not in r for r in run["results"])
    assert {r["level"] for r in run["results"]} == {"error"}
    assert any("results are left out" in t for t in told)
    assert "fixes" in json.loads(whole)["runs"][0]["results"][0]


def test_a_place_in_a_file_that_cannot_be_read_keeps_its_line() -> None:
    (result,) = results(report([found()], files={}))
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 14}


def test_a_changed_finding_is_still_a_concern_of_the_files_as_they_are() -> None:
    (result,) = results(report([changed()]))
    assert result["kind"] == "fail"
    assert result["properties"]["outcome"] == Outcome.CHANGED.value
