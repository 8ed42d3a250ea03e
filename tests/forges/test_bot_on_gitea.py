"""The life of a pull request on a real Gitea, with real pushes: the decisions, the markers, the client and git together."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from refactor.forges.client import comment_once
from refactor.forges.errors import ForgeError, ForgeReason
from refactor.forges.lifecycle import (
    BranchState,
    Close,
    Create,
    Decision,
    DeleteBranch,
    LeaveAlone,
    Postponed,
    Silent,
    Situation,
    Update,
    Wanted,
    Why,
    decide,
    view,
)
from refactor.forges.marker import (
    Marker,
    Trailers,
    comment_marker,
    content_digest,
    is_ours,
    read_trailers,
    text_digest,
    with_marker,
    without_marker,
)
from refactor.forges.model import NewPull, PullRequest, PullState
from tests.forges.labs import ok
from tests.forges.real_gitea import GiteaLab, RunningGitea, gitea_lab
from tests.support.git import Repository

GROUP = "pin-images"
BRANCH = f"tfmod/{GROUP}"


class Crash(Exception):
    """The bot is gone in the middle of its work."""


class SmallBot:
    """As little of a bot as shows that the parts fit: one group, one file. ``image`` is what the file shall say."""

    def __init__(self, lab: GiteaLab, directory: Path) -> None:
        self.lab = lab
        self.git = Repository(directory, lab.git.env)
        subprocess.run(["git", "clone", "--quiet", "--no-checkout", lab.git.text("remote", "get-url", "origin"), directory], check=True)

    def run(self, image: str | None, *, most: int | None = None, crash: bool = False) -> Decision:
        decision, wanted = self.look(image, most)
        self.carry_out(decision, image, wanted, crash=crash)
        return decision

    def look(self, image: str | None, most: int | None = None) -> tuple[Decision, Wanted | None]:
        self.git.run("fetch", "--quiet", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/pull/*/head:refs/pulls/*")
        pulls = ok(self.lab.client.find(BRANCH))
        opened = [pull for pull in pulls if pull.is_open]
        told = any(c.body.startswith(comment_marker("pushed")) for pull in opened for c in ok(self.lab.client.comments(pull)))
        wanted = self.wanted(image)
        views = [view(pull, self.change_of(pull)) for pull in pulls]
        return decide(Situation(wanted, "main", self.branch(), views, told, len(opened), most)), wanted

    def wanted(self, image: str | None) -> Wanted | None:
        if image is None:
            return None
        blob = self.git.run("hash-object", "-w", "--stdin", data=image.encode()).decode().strip()
        return Wanted(f"sha256:{image}", content_digest({"images.tf": ("100644", blob)}), text_digest(*self.words(image)))

    def words(self, image: str) -> tuple[str, str]:
        return f"Pin {image}", f"It becomes `{image}`."

    def branch(self) -> BranchState | None:
        if f"origin/{BRANCH}" not in self.git.text("for-each-ref", "--format=%(refname:short)", "refs/remotes"):
            return None
        head = self.git.text("rev-parse", f"origin/{BRANCH}")
        commits = self.git.text("rev-list", f"origin/main..{head}").split()
        ours = all(
            is_ours(self.git.text("show", "-s", "--format=%B", c), self.git.text("rev-parse", f"{c}^{{tree}}"), GROUP) for c in commits
        )
        changed = self.git.text("diff", "--raw", "--no-abbrev", "--no-renames", f"origin/main...{head}").splitlines() if commits else []
        files: dict[str, tuple[str, str] | None] = {}
        for line in changed:
            _, mode, _, blob, status, path = line.split()
            files[path] = None if status == "D" else (mode, blob)
        return BranchState(head, ours, content_digest(files))

    def change_of(self, pull: PullRequest) -> str | None:
        found = read_trailers(self.git.text("show", "-s", "--format=%B", pull.head_commit))
        return found.change if found else None

    def carry_out(self, decision: Decision, image: str | None, wanted: Wanted | None, *, crash: bool = False) -> None:
        client = self.lab.client
        match decision:
            case Create(push, lease) | Update(_, push, _, lease):
                assert image is not None and wanted is not None
                if push and not self.push(image, wanted, lease):
                    return
                if crash:
                    raise Crash
                title, text = self.words(image)
                body = with_marker(text, Marker(GROUP, wanted.change, wanted.text))
                if isinstance(decision, Create):
                    made = client.create(NewPull(BRANCH, "main", title, body))
                    assert isinstance(made, PullRequest) or made.reason is ForgeReason.EXISTS, made
                elif decision.edit:
                    ok(client.update(self.pull(decision.number), title=title, body=body))
            case LeaveAlone(_, number, comment):
                if comment and number is not None:
                    ok(comment_once(client, self.pull(number), comment_marker("pushed"), "Left alone.", edit=False))
            case Close(number, delete, why):
                pull = self.pull(number)
                marker = Marker(GROUP, "sha256:none", "sha256:none", why.value)
                ok(client.close(pull, body=with_marker(without_marker(pull.body) + f"\n\nClosed: {why.text}.", marker)))
                if crash:
                    raise Crash
                self.remove(delete)
            case DeleteBranch(lease):
                self.remove(lease)
            case Silent() | Postponed():
                pass

    def pull(self, number: int) -> PullRequest:
        return next(pull for pull in ok(self.lab.client.find(BRANCH)) if pull.number == number)

    def push(self, image: str, wanted: Wanted, lease: str | None) -> bool:
        blob = self.git.run("hash-object", "-w", "--stdin", data=image.encode()).decode().strip()
        self.git.run("read-tree", "origin/main")
        self.git.run("update-index", "--add", "--cacheinfo", f"100644,{blob},images.tf")
        tree = self.git.text("write-tree")
        message = f"Pin {image}\n\n{Trailers(GROUP, wanted.change, tree).text()}"
        commit = self.git.run("commit-tree", tree, "-p", "origin/main", data=message.encode()).decode().strip()
        return self.pushed(f"{commit}:refs/heads/{BRANCH}", lease)

    def remove(self, lease: str | None) -> None:
        if lease is not None:
            self.pushed(f":refs/heads/{BRANCH}", lease)

    def pushed(self, refspec: str, lease: str | None) -> bool:
        """False if somebody else was faster."""
        try:
            self.git.run("push", "--quiet", f"--force-with-lease=refs/heads/{BRANCH}:{lease or ''}", "origin", refspec)
        except AssertionError as refused:
            assert "stale info" in str(refused) or "rejected" in str(refused)
            return False
        return True


@pytest.fixture
def lab(gitea_server: RunningGitea, tmp_path: Path) -> Iterator[GiteaLab]:
    with gitea_lab(gitea_server, tmp_path / "person") as found:
        yield found


@pytest.fixture
def bot(lab: GiteaLab, tmp_path: Path) -> SmallBot:
    return SmallBot(lab, tmp_path / "bot")


def pulls(lab: GiteaLab) -> list[tuple[int, PullState, str]]:
    return [(pull.number, pull.state, pull.title) for pull in ok(lab.client.find(BRANCH))]


def person_pushes(lab: GiteaLab) -> str:
    """On top of the bot's commit, as a reviewer would."""
    lab.git.run("fetch", "--quiet", "origin", BRANCH)
    lab.git.run("checkout", "--quiet", "-B", "review", "FETCH_HEAD")
    lab.git.write({"more.tf": b"locals {}\n"})
    commit = lab.git.commit("a reviewer's fix")
    lab.git.run("push", "--quiet", "origin", f"review:{BRANCH}")
    return commit


def test_it_is_made_and_a_second_run_is_silent(lab: GiteaLab, bot: SmallBot) -> None:
    assert bot.run("nginx:1.27") == Create(True, None)
    assert pulls(lab) == [(1, PullState.OPEN, "Pin nginx:1.27")]
    assert bot.run("nginx:1.27") == Silent(Why.UP_TO_DATE, 1)


def test_a_change_of_the_base_elsewhere_changes_nothing_and_another_value_updates_the_same_number(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    lab.git.run("checkout", "--quiet", "main")
    lab.git.write({"other.tf": b"locals {}\n"})
    lab.git.commit("upstream")
    lab.git.run("push", "--quiet", "origin", "main")
    assert bot.run("nginx:1.27") == Silent(Why.UP_TO_DATE, 1)
    decision = bot.run("nginx:1.28")
    assert isinstance(decision, Update) and decision.push and decision.edit
    assert pulls(lab) == [(1, PullState.OPEN, "Pin nginx:1.28")]
    assert bot.run("nginx:1.28") == Silent(Why.UP_TO_DATE, 1)


def test_a_persons_commits_stay_and_it_is_said_once(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    commit = person_pushes(lab)
    assert bot.run("nginx:1.28") == LeaveAlone(Why.PUSHED, 1, comment=True)
    assert bot.run("nginx:1.29") == LeaveAlone(Why.PUSHED, 1, comment=False)
    assert ok(lab.client.branch(BRANCH)).commit == commit
    assert len(ok(lab.client.comments(bot.pull(1)))) == 1


def test_an_amended_commit_is_a_persons_though_it_keeps_the_trailers(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    lab.git.run("fetch", "--quiet", "origin", BRANCH)
    lab.git.run("checkout", "--quiet", "-B", "review", "FETCH_HEAD")
    lab.git.write({"images.tf": b"nginx:1.27-alpine"})
    lab.git.run("commit", "--quiet", "--all", "--amend", "--no-edit")
    lab.git.run("push", "--quiet", "--force", "origin", f"review:{BRANCH}")
    assert isinstance(bot.run("nginx:1.28"), LeaveAlone)


def test_what_is_no_longer_needed_is_closed_with_its_branch_and_comes_back_when_needed(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    assert isinstance(bot.run(None), Close)
    assert pulls(lab) == [(1, PullState.CLOSED, "Pin nginx:1.27")]
    assert "nothing to change" in bot.pull(1).body
    assert isinstance(lab.client.branch(BRANCH), ForgeError)
    assert bot.run(None) == Silent(Why.NOT_NEEDED, 1)
    assert bot.run("nginx:1.27") == Create(True, None, 1)
    assert [(number, state) for number, state, _ in pulls(lab)] == [(2, PullState.OPEN), (1, PullState.CLOSED)]


def test_what_a_person_closed_comes_back_only_as_another_change(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    ok(lab.client.close(bot.pull(1)))
    assert bot.run("nginx:1.27") == Silent(Why.DECLINED, 1)
    lab.delete(BRANCH)
    assert bot.run("nginx:1.27") == Silent(Why.DECLINED, 1)
    assert bot.run("nginx:1.28") == Create(True, None, 1)
    assert bot.run("nginx:1.28") == Silent(Why.UP_TO_DATE, 2)


def test_a_reopened_one_is_kept_up_to_date(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    ok(lab.client.reopen(ok(lab.client.close(bot.pull(1)))))
    assert isinstance(bot.run("nginx:1.28"), Update)
    assert pulls(lab) == [(1, PullState.OPEN, "Pin nginx:1.28")]


def test_words_that_a_person_added_stay_until_there_is_something_new(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    pull = bot.pull(1)
    ok(lab.client.update(pull, title="Please review: pins", body=pull.body + "\n\n- [x] looked at"))
    assert bot.run("nginx:1.27") == Silent(Why.UP_TO_DATE, 1)
    assert bot.pull(1).title == "Please review: pins"


def test_a_merged_one_is_done(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    lab.merge(bot.pull(1))
    assert bot.run(None) == Silent(Why.NOT_NEEDED, 1)
    assert bot.run("nginx:1.27") == Silent(Why.MERGED, 1)
    assert isinstance(bot.run("nginx:1.28"), Create)


def test_enough_open_means_later(lab: GiteaLab, bot: SmallBot) -> None:
    assert bot.run("nginx:1.27", most=0) == Postponed(0, 0)
    assert pulls(lab) == [] and isinstance(lab.client.branch(BRANCH), ForgeError)


def test_a_run_that_was_cut_off_after_the_push_is_completed_without_another_push(lab: GiteaLab, bot: SmallBot) -> None:
    with pytest.raises(Crash):
        bot.run("nginx:1.27", crash=True)
    commit = ok(lab.client.branch(BRANCH)).commit
    assert bot.run("nginx:1.27") == Create(False, commit)
    assert ok(lab.client.branch(BRANCH)).commit == commit


def test_a_run_that_was_cut_off_after_closing_is_completed(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    with pytest.raises(Crash):
        bot.run(None, crash=True)
    assert isinstance(bot.run(None), DeleteBranch)
    assert isinstance(lab.client.branch(BRANCH), ForgeError)


def test_two_bots_at_once_make_one(lab: GiteaLab, bot: SmallBot, tmp_path: Path) -> None:
    other = SmallBot(lab, tmp_path / "other")
    (one, wanted), (two, again) = bot.look("nginx:1.27"), other.look("nginx:1.28")
    bot.carry_out(one, "nginx:1.27", wanted)
    other.carry_out(two, "nginx:1.28", again)
    assert pulls(lab) == [(1, PullState.OPEN, "Pin nginx:1.27")]
    assert isinstance(other.run("nginx:1.28"), Update)


def test_a_push_between_looking_and_pushing_is_not_lost(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    decision, wanted = bot.look("nginx:1.28")
    commit = person_pushes(lab)
    bot.carry_out(decision, "nginx:1.28", wanted)
    assert ok(lab.client.branch(BRANCH)).commit == commit


def test_a_protected_branch_keeps_its_commits(lab: GiteaLab, bot: SmallBot) -> None:
    lab.push(BRANCH, "1")
    rule = {"rule_name": "tfmod/**", "enable_push": False}
    lab.server.ask("POST", f"/repos/{lab.project}/branch_protections", rule)
    found = ok(lab.client.branch(BRANCH))
    assert (found.protected, found.may_push) == (True, False)


def test_the_token_is_in_no_file_of_the_clone(lab: GiteaLab, bot: SmallBot) -> None:
    bot.run("nginx:1.27")
    token = lab.token.secret.reveal().encode()
    files = [path for path in (bot.git.root / ".git").rglob("*") if path.is_file()]
    assert files and not any(token in path.read_bytes() for path in files)
