"""The command `statusgen`: signals, the standard streams and the exit code, before and after everything else.

No traceback reaches a user. What takes long to load is imported under the eyes of `main`, so that Ctrl-C while it
loads is as quiet as later.
"""

import sys


def _quiet(kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
    """Say of Ctrl-C what `main` says of it later."""
    if kind is KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201 - there is no click yet
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _quiet  # before the first import that is one: somebody's finger may be as quick

import os  # noqa: E402
import signal  # noqa: E402
import time  # noqa: E402
from types import FrameType, TracebackType  # noqa: E402

_STOPPING = ("SIGINT", "SIGTERM", "SIGHUP")
_CLEANUP = 1.0
"""Seconds after a signal in which further ones are not heard, so that no impatience leaves a temporary file behind."""


class StoppedError(BaseException):
    """A signal asks the program to end: raised wherever it is, so that all that was begun is put right on the way."""


class Stop:
    """Hears the signals that end a program; `number` is that of the one that came."""

    def __init__(self) -> None:
        self.number = 0
        self._heard = 0.0

    def listen(self) -> None:
        """Hear them from now on, but for those that whoever started us wants ignored (nohup, a job of a script)."""
        for name in _STOPPING:
            if signal.getsignal(signal.Signals[name]) is not signal.SIG_IGN:
                signal.signal(signal.Signals[name], self._hear)
        signal.signal(signal.SIGALRM, self._hear)
        sys.unraisablehook = self._lose

    def deafen(self) -> None:
        """Hear none of them any more: all is done, and the interpreter takes itself down."""
        for name in (*_STOPPING, "SIGALRM"):
            signal.signal(signal.Signals[name], signal.SIG_IGN)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGALRM:
            raise StoppedError
        if time.monotonic() - self._heard > _CLEANUP:
            self._heard, self.number = time.monotonic(), number
            raise StoppedError

    @staticmethod
    def _lose(lost: "sys.UnraisableHookArgs") -> None:
        """Raise it again a moment later where Python had to swallow it, as while it threw an object away."""
        if isinstance(lost.exc_value, StoppedError):
            signal.setitimer(signal.ITIMER_REAL, 0.01)


def main() -> None:
    """Run the command line and exit."""
    stop = Stop()
    try:
        stop.listen()
        code = _run()
    except BaseException as error:
        if not stop.number:
            if isinstance(error, Exception):
                code = _tell_bug(error)
            else:
                raise
        else:
            # Whatever came of it: some libraries turn the signal into an error of their own.
            stop.deafen()
            _tell("interrupted" if stop.number == signal.SIGINT else "terminated", again=stop.number == signal.SIGINT)
            code = 128 + stop.number
    stop.deafen()
    sys.exit(code)


def _run() -> int:
    from statusgen.cli.streams import guard_streams  # noqa: PLC0415 - click takes long to load

    guard_streams()
    from statusgen.cli.running import run  # noqa: PLC0415

    return run()


def _tell_bug(error: Exception) -> int:
    """Tell of a mistake of this program in two lines."""
    if os.environ.get("STATUSGEN_TRACEBACK"):
        raise error
    place, here = "", error.__traceback__
    while here:
        place = f"{os.path.basename(here.tb_frame.f_code.co_filename)}:{here.tb_lineno}"  # noqa: PTH119 - pathlib is slow to load
        here = here.tb_next
    words = " ".join(f"{type(error).__name__}: {error}".split())
    _tell(f"internal error: {words} ({place})")
    _tell("This is a mistake in statusgen, not in your files; please report it (STATUSGEN_TRACEBACK=1 tells more).")
    return 3


def _tell(text: str, *, again: bool = False) -> None:
    """Print a line on stderr; `again` on one of its own, below the ^C of a terminal."""
    if sys.stderr:
        begin = "\n" if again and sys.stderr.isatty() else ""
        print(f"{begin}{text}", file=sys.stderr)  # noqa: T201 - click may not be there


if __name__ == "__main__":
    main()
