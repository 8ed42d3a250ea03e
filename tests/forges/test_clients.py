"""What every forge's client does, in the same words: on make-believe forges that their descriptions hold to account, and a real Gitea."""

from __future__ import annotations

import pytest

from refactor.forges.client import client_for, comment_once
from refactor.forges.errors import ForgeReason
from refactor.forges.marker import Marker, comment_marker, read_marker, with_marker
from refactor.forges.model import NewPull, Note, PullState
from refactor.forges.secret import Secret
from refactor.forges.tokens import Token
from tests.forges.labs import Lab, error, ok, opened
from tests.forges.world import BOT, PERSON

HEAD = "tfmod/pin-images"


def test_the_project_says_where_it_is_and_that_it_may_be_pushed_to(lab: Lab) -> None:
    project = ok(lab.client.project())
    assert (project.path, project.archived, project.may_push) == (lab.client.location.project, False, True)
    assert project.default_branch == "main" and project.url.startswith("http")


def test_an_archived_project_says_so(lab: Lab) -> None:
    lab.archive()
    assert ok(lab.client.project()).archived


def test_a_branch_is_found_by_a_name_with_slashes(lab: Lab) -> None:
    commit = lab.push(HEAD, "1")
    found = ok(lab.client.branch(HEAD))
    assert (found.name, found.commit, found.protected) == (HEAD, commit, False)


def test_a_branch_that_is_not_there_is_an_error_of_its_own_kind(lab: Lab) -> None:
    error(lab.client.branch("tfmod/nothing"), ForgeReason.NOT_FOUND)


def test_the_token_has_a_user(lab: Lab) -> None:
    assert ok(lab.client.user()) == BOT


def test_nothing_is_found_where_nothing_was_made(lab: Lab) -> None:
    lab.push(HEAD, "1")
    assert list(ok(lab.client.find(HEAD))) == []
    assert list(ok(lab.client.open_pulls())) == []


def test_what_was_made_is_found_as_it_was_made(lab: Lab) -> None:
    body = with_marker("## Changes\n\n| a | b |\n|---|---|\n| ä | 🐳 |", Marker("pin-images", "sha256:1", "sha256:2"))
    made = opened(lab, HEAD, title="Pin 3 images", body=body)
    assert (made.state, made.draft, made.head, made.base, made.author) == (PullState.OPEN, False, HEAD, "main", BOT)
    (found,) = ok(lab.client.find(HEAD))
    assert (found.number, found.title, found.body, found.head_commit) == (made.number, "Pin 3 images", body, made.head_commit)
    assert read_marker(found.body) == Marker("pin-images", "sha256:1", "sha256:2")
    assert [pull.number for pull in ok(lab.client.open_pulls())] == [made.number]


def test_only_the_branch_asked_for_is_found(lab: Lab) -> None:
    opened(lab, "tfmod/pin-images-2")
    assert list(ok(lab.client.find(HEAD))) == []


def test_a_second_one_from_the_same_branch_exists_already(lab: Lab) -> None:
    opened(lab)
    error(lab.client.create(NewPull(HEAD, "main", "again", "")), ForgeReason.EXISTS)
    assert len(ok(lab.client.open_pulls())) == 1


def test_a_base_branch_that_is_gone_is_asked_about(lab: Lab) -> None:
    lab.push(HEAD, "1")
    failed = error(lab.client.create(NewPull(HEAD, "gone", "t", "b")), ForgeReason.REFUSED)
    assert "still there" in failed.advice


def test_one_from_a_fork_with_the_same_branch_name_is_not_ours(lab: Lab) -> None:
    lab.push(HEAD, "1")
    lab.forked(HEAD)
    assert list(ok(lab.client.find(HEAD))) == []
    assert list(ok(lab.client.open_pulls())) == []


def test_one_is_found_by_its_number(lab: Lab) -> None:
    made = opened(lab)
    assert ok(lab.client.pull(made.number)) == ok(lab.client.find(HEAD))[0]
    error(lab.client.pull(made.number + 7), ForgeReason.NOT_FOUND)


def test_title_and_body_change_together_and_the_rest_stays(lab: Lab) -> None:
    made = opened(lab)
    changed = ok(lab.client.update(made, title="Pin 4 images", body="new"))
    assert (changed.number, changed.title, changed.body, changed.state) == (made.number, "Pin 4 images", "new", PullState.OPEN)
    assert ok(lab.client.find(HEAD))[0].title == "Pin 4 images"


def test_a_push_moves_the_open_one_along(lab: Lab) -> None:
    made = opened(lab)
    commit = lab.push(HEAD, "2")
    (found,) = ok(lab.client.find(HEAD))
    assert (found.number, found.head_commit) == (made.number, commit)


def test_the_base_can_be_changed(lab: Lab) -> None:
    made = opened(lab)
    lab.push("release", "other")
    assert ok(lab.client.update(made, base="release")).base == "release"


def test_a_draft_becomes_ready_and_a_draft_again(lab: Lab) -> None:
    made = opened(lab, draft=True)
    assert (made.draft, made.title) == (True, "Pin images")
    ready = ok(lab.client.update(made, draft=False))
    assert (ready.draft, ready.title) == (False, "Pin images")
    again = ok(lab.client.update(ready, draft=True))
    assert (again.draft, again.title) == (True, "Pin images")


def test_a_new_title_leaves_a_draft_a_draft(lab: Lab) -> None:
    made = opened(lab, draft=True)
    changed = ok(lab.client.update(made, title="Other"))
    assert (changed.draft, changed.title) == (True, "Other")


def test_a_title_is_cut_to_what_the_forge_takes(lab: Lab) -> None:
    made = opened(lab, title="x" * 400, draft=True)
    assert made.title.startswith("xxx") and made.title.endswith("…") and 240 < len(made.title) <= 256


def test_it_is_closed_with_a_last_word_in_one_request(lab: Lab) -> None:
    made = opened(lab)
    closed = ok(lab.client.close(made, body="not needed"))
    assert (closed.state, closed.body) == (PullState.CLOSED, "not needed")
    assert list(ok(lab.client.open_pulls())) == []
    assert [pull.state for pull in ok(lab.client.find(HEAD))] == [PullState.CLOSED]


def test_a_closed_one_is_found_after_its_branch_is_gone(lab: Lab) -> None:
    made = opened(lab)
    ok(lab.client.close(made))
    lab.delete(HEAD)
    (found,) = ok(lab.client.find(HEAD))
    assert (found.number, found.state, found.head) == (made.number, PullState.CLOSED, HEAD)


def test_a_closed_one_can_be_reopened(lab: Lab) -> None:
    closed = ok(lab.client.close(opened(lab)))
    assert ok(lab.client.reopen(closed)).state is PullState.OPEN


def test_a_merged_one_is_not_just_closed(lab: Lab) -> None:
    made = opened(lab)
    lab.merge(made)
    assert [pull.state for pull in ok(lab.client.find(HEAD))] == [PullState.MERGED]


def test_after_a_closed_one_there_can_be_a_new_one_and_the_newest_is_first(lab: Lab) -> None:
    first = ok(lab.client.close(opened(lab)))
    second = opened(lab)
    assert [pull.number for pull in ok(lab.client.find(HEAD))] == [second.number, first.number]


def test_there_is_one_comment_however_often_it_is_said(lab: Lab) -> None:
    made, marker = opened(lab), comment_marker("review")
    first = ok(comment_once(lab.client, made, marker, "one"))
    assert ok(comment_once(lab.client, made, marker, "one")) == first
    second = ok(comment_once(lab.client, made, marker, "two"))
    assert second.id == first.id
    assert [(c.body, c.author) for c in ok(lab.client.comments(made))] == [(f"{marker}\ntwo", BOT)]


def test_a_comment_that_is_said_once_is_not_edited(lab: Lab) -> None:
    made, marker = opened(lab), comment_marker("pushed")
    ok(comment_once(lab.client, made, marker, "one"))
    ok(comment_once(lab.client, made, marker, "two", edit=False))
    assert [c.body for c in ok(lab.client.comments(made))] == [f"{marker}\none"]


def test_somebody_elses_comment_with_the_marker_is_left_alone(lab: Lab) -> None:
    made, marker = opened(lab), comment_marker("review")
    lab.says(made, f"{marker}\nmine")
    ok(comment_once(lab.client, made, marker, "the bot's"))
    assert [(c.body, c.author) for c in ok(lab.client.comments(made))] == [
        (f"{marker}\nmine", PERSON),
        (f"{marker}\nthe bot's", BOT),
    ]


def test_labels_are_made_where_they_are_missing_and_added_to_those_there(lab: Lab) -> None:
    made = opened(lab)
    assert lab.client.label(made, ["terraform", "needs review"]) is None
    assert lab.client.label(made, ["terraform", "images"]) is None
    assert sorted(ok(lab.client.find(HEAD))[0].labels) == ["images", "needs review", "terraform"]


def test_no_labels_or_people_is_no_request(lab: Lab) -> None:
    made = opened(lab)
    assert lab.client.label(made, []) is None and lab.client.assign(made, []) is None and lab.client.request_review(made, []) is None


def test_people_are_assigned_and_asked_for_a_review(lab: Lab) -> None:
    made = opened(lab)
    assert lab.client.assign(made, [PERSON]) is None
    assert lab.client.request_review(made, [PERSON]) is None
    (found,) = ok(lab.client.find(HEAD))
    assert (found.assignees, found.reviewers) == ((PERSON,), (PERSON,))


@pytest.mark.parametrize("what", ["assign", "request_review"])
def test_people_whom_the_forge_does_not_know_are_an_error(lab: Lab, what: str) -> None:
    made = opened(lab)
    failed = lab.client.assign(made, ["nobody-here"]) if what == "assign" else lab.client.request_review(made, ["nobody-here"])
    assert failed is not None and failed.reason in (ForgeReason.REFUSED, ForgeReason.NOT_FOUND)
    assert "nobody-here" in failed.text or "collaborator" in failed.text


def test_remarks_stand_on_their_lines_and_can_be_edited(lab: Lab) -> None:
    made = opened(lab)
    notes = [Note("images.tf", 2, "pin this", suggestion='  image = "nginx:1.27.3"'), Note("images.tf", 3, "and this")]
    assert lab.client.review(made, made.head_commit, "Two remarks.", notes) is None
    found = sorted(ok(lab.client.inline_comments(made)), key=lambda comment: comment.line)
    assert [(c.path, c.line, c.author) for c in found] == [("images.tf", 2, BOT), ("images.tf", 3, BOT)]
    assert found[0].body.startswith("pin this\n\n```") and 'image = "nginx:1.27.3"' in found[0].body
    assert ("suggestion" in found[0].body) is lab.client.limits.suggestions
    assert lab.client.edit_inline(made, found[1], Note("images.tf", 3, "settled")) is None
    assert {c.body for c in ok(lab.client.inline_comments(made))} >= {"settled"}


def test_a_wrong_token_is_said_to_be_wrong_and_is_not_repeated(lab: Lab) -> None:
    token = Token(Secret("wrong-token-value"), "BOT_TOKEN")
    failed = error(client_for(lab.transport_with(token)).project(), ForgeReason.UNAUTHORIZED)
    assert "BOT_TOKEN" in failed.text and "expired" in failed.advice and "wrong-token-value" not in str(failed)
