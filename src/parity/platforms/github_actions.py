"""GitHub Actions: a workflow that checks pull requests and migrates what is merged."""

from __future__ import annotations

from parity.dialects.base import Hosting
from parity.platforms.app import App, Look
from parity.platforms.edit import Edit, Written

PATH = ".github/workflows/parity.yml"

_HEAD = """\
# Checks the migrations of a pull request, and applies those of {branch}.
name: parity

on:
  pull_request:
  push:
    branches: [{branch}]

permissions:
  contents: read

jobs:
  check:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read
      pull-requests: write  # for the comment. A pull request from a fork never gets it: see the last step
{service}    env:
      # A database of this job alone.
      {variable}: {url}
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install {install}
      - run: parity validate --format github
      - run: parity migrate deploy
      - name: Compare schema, migrations and database
        id: check
        run: |
          code=0
          parity check --replay --format markdown > "$RUNNER_TEMP/parity.md" || code=$?
          cat "$RUNNER_TEMP/parity.md" >> "$GITHUB_STEP_SUMMARY"
          exit $code
      # One comment, which is written anew each time. What a fork sends gets a token that can only read, so there the
      # result is on the job's page alone. (pull_request_target would give it a token that can write, and run its code.)
      - name: Comment on the pull request
        if: >-
          !cancelled() &&
          github.event.pull_request.head.repo.full_name == github.repository
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
          PULL_REQUEST: ${{{{ github.event.pull_request.number }}}}
        run: |
          python - <<'END'
          import json, os, pathlib, urllib.request

          def ask(method, address, value=None):
              request = urllib.request.Request(
                  address,
                  None if value is None else json.dumps(value).encode(),
                  {{"Authorization": "Bearer " + os.environ["GITHUB_TOKEN"], "Accept": "application/vnd.github+json"}},
                  method=method,
              )
              with urllib.request.urlopen(request) as answer:
                  return json.load(answer)

          def mine(comment):
              return comment["user"]["login"] == "github-actions[bot]" and comment["body"].startswith(mark)

          mark = "<!-- parity-check -->"
          result = pathlib.Path(os.environ["RUNNER_TEMP"], "parity.md")
          text = result.read_text(encoding="utf-8") if result.exists() else ""
          text = text or "Parity couldn't compare: see the log of this job."
          text = text if text.startswith(mark) else f"{{mark}}\\n{{text}}"
          body = {{"body": text[:65000]}}
          issues = f"{{os.environ['GITHUB_API_URL']}}/repos/{{os.environ['GITHUB_REPOSITORY']}}/issues"
          comments = f"{{issues}}/{{os.environ['PULL_REQUEST']}}/comments"
          found, page, number = None, [None] * 100, 1
          while found is None and len(page) == 100:
              page = ask("GET", f"{{comments}}?per_page=100&page={{number}}")
              found, number = next(filter(mine, page), None), number + 1
          if found is None:
              ask("POST", comments, body)
          else:
              ask("PATCH", f"{{issues}}/comments/{{found['id']}}", body)
          END
"""

_DEPLOY = """\

  deploy:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    timeout-minutes: 60
    # One at a time, and none is cut off: the next one waits.
    concurrency:
      group: parity-deploy
      cancel-in-progress: false
    env:
      {variable}: ${{{{ secrets.{variable} }}}}
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install {install}
      - run: parity migrate deploy
"""

_SERVICE = """\
    services:
      database:
        image: {image}
        env:
{settings}
        ports: ["{port}:{port}"]
        options: --health-cmd {ready} --health-interval 2s --health-timeout 5s --health-retries 30
"""


def write(app: App, look: Look) -> Written:
    """The workflow, where there is none of this name. A database that is a file has no server to deploy to."""
    if look(PATH) is not None:
        return Written((Edit(PATH, extends=True),))
    install = f"-r {app.requirements}" if app.requirements else f"'{app.package}'"
    words = {"branch": app.branch, "variable": app.variable, "install": install}
    hosting = app.hosting
    service = "" if hosting is None else _service(hosting)
    text = _HEAD.format(service=service, url="file:./check.db" if hosting is None else hosting.url, **words)
    if hosting is None:
        return Written((Edit(PATH, text.replace(", and applies those of " + app.branch, "", 1)),))
    note = f"on GitHub, make the secret {app.variable}: Settings, Secrets and variables, Actions"
    return Written((Edit(PATH, text + _DEPLOY.format(**words)),), (note,))


def _service(hosting: Hosting) -> str:
    settings = "\n".join(f"          {name}: {value}" for name, value in hosting.settings)
    return _SERVICE.format(image=hosting.image, port=hosting.port, ready=hosting.ready, settings=settings)
