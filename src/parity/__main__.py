"""The program's entry: `parity …` and `python -m parity …`.

Answers `--version` without importing anything else, hands the rest to `parity.cli.main`, and is the last border: from
here on neither an interrupt, nor a closed pipe, nor a mistake of ours reaches a person as a traceback. What fails for a
reason that we know is told by the command line itself.
"""

from __future__ import annotations

import sys

from parity._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

EXIT_ERROR = 1
EXIT_INTERRUPTED = 130
EXIT_READER_GONE = 141
"""What a shell reports for a program that was ended by SIGPIPE."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with the arguments behind its name, and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        return _within_borders(lambda: print(f"parity {__version__}"))
    return _within_borders(lambda: _command_line(arguments))


def _command_line(arguments: list[str]) -> int:
    import gc
    import signal

    # A command makes many values, few circles, and ends soon: looking for circles as often as usual takes a tenth of
    # its time.
    gc.set_threshold(100_000, 20, 100)
    _replace_closed_streams()
    # A container is stopped with SIGTERM: it ends like Ctrl-C, with scratch databases dropped and locks given back.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from parity.cli.main import main as command_line

    code = command_line(arguments)
    # Nor is it looked for circles, all of it once more, by an interpreter that ends.
    gc.freeze()
    return code


def _replace_closed_streams() -> None:
    """What is started with a closed output (`>&-`) talks to nobody, and works all the same."""
    import os
    from pathlib import Path

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _within_borders(run: Callable[[], int | None]) -> int:
    try:
        code = run() or 0
        # Here and not at the interpreter's end, where a failure can't be answered any more.
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        _ignore_interrupts()
        # Python ends itself with SIGINT (and without our exit code) where an interrupt left code that was given as a
        # text, as half of the imports do. Evaluating any text makes it forget that.
        eval("0")
        _say("Interrupted.")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _flush_or_drop(sys.stdout)
        return EXIT_READER_GONE
    except Exception as error:  # noqa: BLE001  (the last border: a mistake of ours, or a full disk behind stdout)
        _flush_or_drop(sys.stdout)
        _report(error)
        return EXIT_ERROR
    return code


def _report(error: Exception) -> None:
    import os

    if os.environ.get("PARITY_TRACEBACK"):
        import traceback

        _say("".join(traceback.format_exception(error)).rstrip())
        return
    what = " ".join(f"{type(error).__name__}: {error}".split())
    _say(f"parity: unexpected error: {what} (run again with PARITY_TRACEBACK=1 to see where it comes from)")


def _say(text: str) -> None:
    from parity.cli.concealed import concealed

    if sys.stderr is None:
        return
    # Some drivers repeat the URL in their errors, with the password in it.
    sys.stderr.write(concealed(text) + "\n")
    _flush_or_drop(sys.stderr)


def _flush_or_drop(stream: TextIO | None) -> None:
    """Send what waits in `stream`; where nobody takes it, send it nowhere, or the interpreter complains at its end."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        import os

        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _ignore_interrupts() -> None:
    """A second Ctrl-C must not cut off the first one's answer."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
