"""Projects that are deployed somewhere, for tests of `init --platform` and `doctor`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from commandline import Project

PLATFORMS = ("digitalocean", "github-actions", "docker", "heroku-procfile")
MAIN = "from fastapi import FastAPI\n\napp = FastAPI()\n"
PACKAGE = {
    "name": "shop",
    "scripts": {"start": "node server.js", "build": "tsc -p ."},
    "dependencies": {"express": "4.19.2"},
}


def write(project: Project, path: str, text: str) -> Path:
    """A file of the project."""
    place = project.folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place


def python_back_end(project: Project, provider: str = "postgresql") -> Project:
    """FastAPI in main.py, with a schema, and a remote on GitHub."""
    project.write_schema("", provider=provider)
    write(project, "main.py", MAIN)
    remote(project)
    return project


def node_back_end(project: Project, provider: str = "postgresql") -> Project:
    """Express, with a schema, and a remote on GitHub."""
    project.write_schema("", provider=provider)
    write(project, "package.json", json.dumps(PACKAGE, indent=2) + "\n")
    remote(project)
    return project


def remote(project: Project) -> None:
    """Make it a folder of git whose remote is acme/shop."""
    git(project, "init", "--quiet", "--initial-branch", "main")
    git(project, "remote", "add", "origin", "git@github.com:acme/shop.git")


def git(project: Project, *arguments: str) -> None:
    """Run git in the project's folder, as nobody's user."""
    quiet = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "PATH": "/usr/bin:/bin"}
    subprocess.run(["git", *arguments], cwd=project.folder, env=quiet, check=True, capture_output=True)


def init(project: Project, *platforms: str, options: tuple[str, ...] = ()) -> str:
    """What `parity init --platform … ` says."""
    chosen = [word for platform in platforms for word in ("--platform", platform)]
    return project.run("init", *options, *chosen).succeeded().stdout


def text(project: Project, path: str) -> str:
    """A file's text."""
    return (project.folder / path).read_bytes().decode()
