"""What a workflow of GitHub Actions says of a deployment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parity.platforms.deployment import Command, Deployment, Platform, Role, Variable
from parity.platforms.yaml_text import Node, read_yaml

# Pages and packages have no database.
_ELSEWHERE = re.compile(r"\b(docs?|documentation|pages|github-pages|pypi|npm|storybook|package)\b", re.IGNORECASE)
_DEPLOYS = re.compile(r"\bdeploy|\brelease\b|\bproduction\b", re.IGNORECASE)


def read_workflow(path: str, text: str) -> Deployment:
    """Its jobs. One with services of its own, or for pull requests, tries things out; another may deploy."""
    top = read_yaml(path, text)
    jobs = top.at("jobs")
    platforms: list[Platform] = []
    commands: list[Command] = []
    variables = list(_variables(path, top, ""))
    for name, job in jobs.items() if jobs is not None else ():
        tries = _is_trial(top, job)
        role = Role.TRIAL if tries else Role.PIPELINE
        commands += _commands(path, name, job, role)
        if not tries:
            variables += _variables(path, job, name)
            if _deploys(name, job):
                platforms.append(Platform("GitHub Actions", path, job.line))
    return Deployment(tuple(platforms[:1]), tuple(commands), tuple(variables))


def _is_trial(top: Node, job: Node) -> bool:
    condition = job.at("if")
    if job.at("services") is not None or (condition is not None and "'pull_request'" in (condition.text or "")):
        return True
    events = top.at("on") or top.at("true")
    if events is None:
        return False
    names = [name for name, _ in events.items()] or [element.text or "" for element in events.elements()]
    names = [events.text] if events.text else names
    return bool(names) and all(name in ("pull_request", "pull_request_target") for name in names)


def _deploys(name: str, job: Node) -> bool:
    """Whether the job is named, or has an environment, as one that deploys."""
    shown, environment = job.at("name"), job.at("environment")
    place = None if environment is None else environment.text or ((n := environment.at("name")) and n.text)
    texts = [name, (shown and shown.text) or "", place or ""]
    if any(_ELSEWHERE.search(text) for text in texts):
        return False
    return environment is not None or any(_DEPLOYS.search(text) for text in texts)


def _commands(path: str, name: str, job: Node, role: Role) -> Iterator[Command]:
    steps = job.at("steps")
    for step in steps.elements() if steps is not None else ():
        run = step.at("run")
        if run is not None and run.text:
            yield Command(path, run.first_line, run.text, role, name)


def _variables(path: str, node: Node, job: str) -> Iterator[Variable]:
    env = node.at("env")
    for name, value in env.items() if env is not None else ():
        yield Variable(path, value.line, name, value.text, None, job)
